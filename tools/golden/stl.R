# Golden numbers of STL, MSTL and STL + ETS, by R's stats::stl, forecast::mstl and forecast::stlf. From the root:
#   Rscript tools/golden/stl.R
suppressMessages(library(forecast))
suppressMessages(library(jsonlite))

set.seed(19900107)
hours <- 1:288
cycle <- 200 + 60 * sin(2 * pi * hours / 24) + 20 * cos(6 * pi * hours / 24) + 0.2 * hours
growing <- cycle * (1 + hours / 400) + rnorm(288, 0, 8)
level <- cumsum(rnorm(300, 0, 2)) + 15 * sin(2 * pi * (1:300) / 7) + rnorm(300, 0, 3)
outliers <- replace(growing, c(31, 90, 91, 200), c(900, 10, 20, 1200))
load <- as.numeric(taylor)
series <- list(
  nottem = nottem,
  USAccDeaths = USAccDeaths,
  logAirPassengers = log(AirPassengers),
  taylor48 = ts(load[1:480], frequency = 48),
  taylor336 = ts(load[1:1008], frequency = 336),
  growing = ts(growing, frequency = 24),
  level = ts(level, frequency = 7),
  outliers = ts(outliers, frequency = 24)
)

HORIZON <- 24
short <- function(x, digits = 10) signif(as.numeric(x), digits)
# Seasonal component and trend every so many steps: enough to see that they are the same.
thin <- function(n) unique(c(seq(1, n, by = max(1, floor(n / 48))), n))

components <- function(fit, at) {
  list(
    seasonal = short(fit$time.series[at, "seasonal"]), trend = short(fit$time.series[at, "trend"]),
    remainder = short(fit$time.series[at, "remainder"])
  )
}

# An odd number of values: R 4.2 asks its partial sort for the two middle ranks of an even number in descending order,
# and may be given another value than the median.
oddOf <- function(y) ts(y[1:(length(y) - 1 + length(y) %% 2)], start = c(1, 1), frequency = frequency(y))

describe <- function(y) {
  y <- ts(signif(as.numeric(y), 8), start = c(1, 1), frequency = frequency(y))
  at <- thin(length(y))
  fit <- stlf(y, h = HORIZON)
  model <- fit$model
  list(
    season = frequency(y),
    values = as.numeric(y),
    at = at - 1,
    periodic = components(stl(y, s.window = "periodic"), at),
    window7 = components(stl(y, s.window = 7), at),
    window11 = components(stl(y, s.window = 11), at),
    robust = components(stl(oddOf(y), s.window = 11, robust = TRUE), at[at <= length(oddOf(y))]),
    ets = list(
      method = model$method, logLikelihood = short(model$loglik), aicc = short(model$aicc), sigma2 = short(model$sigma2),
      mean = short(fit$mean),
      lower80 = short(fit$lower[, 1]), upper80 = short(fit$upper[, 1]),
      lower95 = short(fit$lower[, 2]), upper95 = short(fit$upper[, 2])
    )
  )
}

describeTwo <- function(values, periods) {
  y <- msts(signif(values, 8), seasonal.periods = periods)
  at <- thin(length(y))
  fit <- mstl(y)
  forecasts <- stlf(y, h = HORIZON)
  list(
    seasons = periods,
    values = as.numeric(y),
    at = at - 1,
    short = short(fit[at, 3]), long = short(fit[at, 4]), trend = short(fit[at, 2]),
    ets = list(method = forecasts$model$method, mean = short(forecasts$mean),
      lower95 = short(forecasts$lower[, 2]), upper95 = short(forecasts$upper[, 2]))
  )
}

steps <- 1:600
two <- 300 + 40 * sin(2 * pi * steps / 12) + 80 * sin(2 * pi * steps / 100) + 30 * cos(4 * pi * steps / 100) +
  rnorm(600, 0, 6)
golden <- list(
  origin = list(
    script = "tools/golden/stl.R",
    R = as.character(getRversion()),
    forecast = as.character(packageVersion("forecast"))
  ),
  series = lapply(series, describe),
  two = list(taylor = describeTwo(load[1:1008], c(48, 336)), cycles = describeTwo(two, c(12, 100)))
)
writeLines(toJSON(golden, auto_unbox = TRUE, digits = NA), "wasm/forecast/test/golden/stl.json")
