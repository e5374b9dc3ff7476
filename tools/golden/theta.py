"""Add the dynamic optimised theta model of statsforecast to what theta.R wrote.

From the root: Rscript tools/golden/theta.R && python3 tools/golden/theta.py
"""

import json
from importlib.metadata import version

import numpy as np
from statsforecast.theta import auto_theta, forecast_theta

PATH = "wasm/forecast/test/golden/theta.json"
HORIZON = 24


def short(values):
    return [float(f"{v:.10g}") for v in np.atleast_1d(values)]


def describe(values, season):
    y = np.array(values, dtype=float)
    fit = auto_theta(y, season, model="DOTM")
    par = fit["par"]
    # Errors of the deseasonalised values.
    errors = fit["residuals"]
    if fit.get("decompose"):
        seasonal = np.resize(np.roll(fit["seas_forecast"]["mean"], len(y) % season), len(y))
        multiplicative = fit["decomposition_type"] == "multiplicative"
        errors = errors / seasonal if multiplicative else errors - seasonal
    return {
        "alpha": short(par["alpha"])[0],
        "theta": short(par["theta"])[0],
        "initial": short(par["initial_smoothed"])[0],
        "sse": short(np.sum(errors[3:] ** 2))[0],
        "seasonal": fit.get("decomposition_type") if fit.get("decompose") else "none",
        "mean": short(forecast_theta(fit, HORIZON)["mean"]),
    }


with open(PATH) as file:
    golden = json.load(file)
golden["origin"]["statsforecast"] = version("statsforecast")
golden["origin"]["dynamic"] = "tools/golden/theta.py"
for entry in golden["series"].values():
    entry["dynamic"] = describe(entry["values"], entry["season"])
with open(PATH, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
