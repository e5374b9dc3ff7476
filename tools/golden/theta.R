# Golden numbers of the standard theta method, by R's forecast::thetaf, and the series that theta.py adds the dynamic
# optimised model to. From the root:
#   Rscript tools/golden/theta.R && python3 tools/golden/theta.py
suppressMessages(library(forecast))
suppressMessages(library(jsonlite))

set.seed(20160413)
cycle24 <- 100 + 40 * sin(2 * pi * (1:288) / 24) + 15 * cos(4 * pi * (1:288) / 24)
walk <- 500 + cumsum(rnorm(200, 0.5, 6))
series <- list(
  AirPassengers = AirPassengers,
  nottem = nottem,
  USAccDeaths = USAccDeaths,
  taylor48 = ts(as.numeric(taylor)[1:480], frequency = 48),
  cycle = ts(cycle24 * (1 + 0.05 * rnorm(288)), frequency = 24),
  walk = ts(walk, frequency = 12),
  noise = ts(50 + rnorm(150, 0, 5), frequency = 6),
  decay = ts(1000 * exp(-(1:120) / 60) + rnorm(120, 0, 8), frequency = 1)
)

short <- function(x) signif(as.numeric(x), 10)
describe <- function(y) {
  y <- ts(signif(as.numeric(y), 7), frequency = frequency(y))
  fit <- thetaf(y, h = 24)
  list(
    season = frequency(y),
    values = as.numeric(y),
    standard = list(
      alpha = short(fit$model$alpha), drift = short(fit$model$drift), sigma2 = short(fit$model$sigma),
      mean = short(fit$mean),
      lower80 = short(fit$lower[, 1]), upper80 = short(fit$upper[, 1]),
      lower95 = short(fit$lower[, 2]), upper95 = short(fit$upper[, 2])
    )
  )
}

golden <- list(
  origin = list(
    script = "tools/golden/theta.R",
    R = as.character(getRversion()),
    forecast = as.character(packageVersion("forecast"))
  ),
  series = lapply(series, describe)
)
writeLines(toJSON(golden, auto_unbox = TRUE, digits = NA), "wasm/forecast/test/golden/theta.json")
