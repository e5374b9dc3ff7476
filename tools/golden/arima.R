# Golden numbers of ARIMA and SARIMA, by R's arima and forecast::auto.arima. From the root, half a minute:
#   Rscript tools/golden/arima.R
suppressMessages(library(forecast))
suppressMessages(library(jsonlite))

digits <- function(x) signif(as.numeric(x), 10)

describe <- function(fit, h, extra) {
  f <- forecast(fit, h = h, level = c(80, 95))
  order <- arimaorder(fit)
  coefficients <- as.list(digits(coef(fit)))
  names(coefficients) <- names(coef(fit))
  constant <- any(c("intercept", "drift") %in% names(coef(fit)))
  c(extra, list(
    order = as.integer(c(order[1:3], if (length(order) > 3) order[4:6] else c(0, 0, 0), constant)),
    coefficients = coefficients,
    logLikelihood = digits(fit$loglik),
    aicc = digits(fit$aicc),
    sigma2 = digits(fit$sigma2),
    mean = digits(f$mean),
    lower80 = digits(f$lower[, 1]), upper80 = digits(f$upper[, 1]),
    lower95 = digits(f$lower[, 2]), upper95 = digits(f$upper[, 2])
  ))
}

# A fixed form: orders p, d, q, P, D, Q and whether there is a constant.
fixed <- function(x, o, h) {
  fit <- Arima(x, order = o[1:3], seasonal = o[4:6], include.constant = o[7] == 1, method = "ML")
  describe(fit, h, list(auto = FALSE))
}

automatic <- function(x, h) describe(auto.arima(x), h, list(auto = TRUE))

case <- function(name, x, orders = list(), auto = TRUE, h = 2 * frequency(x)) {
  h <- min(max(h, 12), 48)
  message(name)
  models <- lapply(orders, function(o) fixed(x, o, h))
  if (auto) models <- c(models, list(automatic(x, h)))
  list(name = name, season = frequency(x), values = digits(x), models = models)
}

set.seed(20240607)
simulated <- function(n, season, order, seasonal = c(0, 0, 0), mean = 0, ...) {
  model <- Arima(ts(rnorm(4 * season + 40), frequency = season), order = order, seasonal = seasonal, ..., method = "ML")
  ts(round(as.numeric(simulate(model, nsim = n, future = FALSE)) + mean, 4), frequency = season)
}
arma <- ts(round(50 + 4 * as.numeric(arima.sim(list(ar = c(1.1, -0.4), ma = 0.5), 288)), 4))
drifting <- ts(round(cumsum(0.3 + as.numeric(arima.sim(list(ar = 0.6, ma = c(0.3, 0.2)), 200))), 4))
twice <- ts(round(cumsum(cumsum(as.numeric(arima.sim(list(ma = -0.5), 120)))), 4))
seasonalAr <- simulated(288, 24, c(1, 0, 1), c(1, 0, 1), mean = 200,
  fixed = c(0.6, 0.3, 0.7, -0.3, 0))
airline <- simulated(288, 24, c(1, 1, 1), c(0, 1, 1), fixed = c(0.5, -0.3, -0.6))
noise <- ts(round(20 + rnorm(100), 4))

holes <- log(AirPassengers)
holes[c(3, 30, 31, 32, 33, 77, 100, 101, 120, 140)] <- NA
end <- ts(c(NA, round(5 + as.numeric(arima.sim(list(ar = 0.8, ma = 0.4), 140)), 4)))
end[c(20, 21, 22, 60, 90:99, 139)] <- NA

cases <- list(
  case("AirPassengers", AirPassengers, list(c(2, 1, 1, 0, 1, 0, 0))),
  case("log AirPassengers", log(AirPassengers), list(c(0, 1, 1, 0, 1, 1, 0), c(2, 1, 0, 1, 1, 0, 0), c(1, 0, 1, 0, 1, 1, 1))),
  case("nottem", nottem, list(c(1, 0, 0, 2, 1, 0, 0), c(1, 0, 1, 0, 1, 1, 1))),
  case("USAccDeaths", USAccDeaths, list(c(0, 1, 1, 0, 1, 1, 0))),
  case("WWWusage", WWWusage, list(c(3, 1, 0, 0, 0, 0, 0), c(1, 1, 1, 0, 0, 0, 0), c(0, 2, 2, 0, 0, 0, 0)), h = 20),
  case("log lynx", log10(lynx), list(c(2, 0, 2, 0, 0, 0, 1), c(4, 0, 1, 0, 0, 0, 1)), h = 20),
  case("LakeHuron", LakeHuron, list(c(2, 0, 0, 0, 0, 0, 1), c(1, 1, 2, 0, 0, 0, 1)), h = 20),
  case("presidents", presidents, list(c(3, 0, 0, 0, 0, 0, 1), c(1, 0, 0, 0, 0, 1, 1))),
  case("taylor", ts(as.numeric(taylor)[1:480], frequency = 48), list(c(1, 0, 1, 0, 1, 1, 0)), auto = FALSE),
  case("ARMA(2, 1)", arma, list(c(2, 0, 1, 0, 0, 0, 1), c(2, 1, 1, 0, 0, 0, 0)), h = 24),
  case("ARIMA with drift", drifting, list(c(1, 1, 2, 0, 0, 0, 1)), h = 24),
  case("ARIMA of second differences", twice, list(c(0, 2, 1, 0, 0, 0, 0)), h = 12),
  case("SARIMA(1,0,1)(1,0,1)[24]", seasonalAr, list(c(1, 0, 1, 1, 0, 1, 1), c(2, 1, 1, 1, 0, 1, 0))),
  case("SARIMA(1,1,1)(0,1,1)[24]", airline, list(c(1, 1, 1, 0, 1, 1, 0))),
  case("noise", noise, list(), h = 12),
  case("log AirPassengers with holes", holes, list(c(0, 1, 1, 0, 1, 1, 0), c(1, 0, 1, 0, 1, 1, 1))),
  case("ARMA with holes", end, list(c(1, 0, 1, 0, 0, 0, 1), c(0, 1, 2, 0, 0, 0, 0)), h = 12)
)

golden <- list(
  origin = list(
    script = "tools/golden/arima.R",
    R = as.character(getRversion()),
    forecast = as.character(packageVersion("forecast"))
  ),
  cases = cases
)
writeLines(toJSON(golden, auto_unbox = TRUE, digits = NA, na = "null"), "wasm/forecast/test/golden/arima.json")
