# Golden numbers of exponential smoothing, by R's forecast::ets: every form's likelihood, and of some forms parameters,
# states and forecasts once the search has settled. From the root, some minutes:
#   Rscript tools/golden/ets.R
suppressMessages(library(forecast))
suppressMessages(library(jsonlite))

set.seed(20080619)
hours <- 1:240
cycle <- 200 + 60 * sin(2 * pi * hours / 24) + 20 * cos(6 * pi * hours / 24)
# Pairs of half hours: R fits seasons of up to 24 steps.
hourly <- colMeans(matrix(as.numeric(taylor)[1:480], nrow = 2))
walk <- 500 + cumsum(rnorm(200, 0.5, 6))
series <- list(
  AirPassengers = AirPassengers,
  nottem = nottem,
  USAccDeaths = USAccDeaths,
  taylor24 = ts(hourly, frequency = 24),
  growing = ts(cycle * (1 + hours / 300) * (1 + 0.05 * rnorm(240)), frequency = 24),
  mixed = ts(cumsum(rnorm(210, 0, 2)) + 15 * sin(2 * pi * (1:210) / 7) + rnorm(210, 0, 3), frequency = 7),
  walk = ts(walk, frequency = 1),
  bending = ts(200 + 30 * (1 - 0.9^(1:120)) / 0.1 + cumsum(rnorm(120, 0, 5)), frequency = 1),
  decay = ts(1000 * exp(-(1:120) / 60) + rnorm(120, 0, 8), frequency = 1),
  noise = ts(50 + rnorm(150, 0, 5), frequency = 6)
)

HORIZON <- 24
short <- function(x) signif(as.numeric(x), 10)

forms <- function(y) {
  seasons <- if (frequency(y) > 1) c("N", "A", "M") else "N"
  grid <- expand.grid(season = seasons, trend = c("N", "A", "Ad"), error = c("A", "M"), stringsAsFactors = FALSE)
  # Those that ets tries by default: finite variances, relative errors of positive values only.
  grid[!(grid$error == "A" & grid$season == "M") & (all(y > 0) | (grid$error == "A" & grid$season != "M")), ]
}

fitted <- function(y, form) {
  ets(y, model = paste0(form$error, substr(form$trend, 1, 1), form$season), damped = form$trend == "Ad")
}

# ets stops its search after 2000 evaluations, with many states far from the optimum. Carry on from there with BFGS on
# its own likelihood, within its own bounds.
refined <- function(y, fit) {
  kinds <- fit$components[1:3]
  damped <- fit$components[4] == "TRUE"
  m <- if (kinds[3] == "N") 1 else frequency(y)
  smoothing <- intersect(c("alpha", "beta", "gamma", "phi"), names(fit$par))
  rest <- setdiff(names(fit$par), smoothing)
  within <- function(x, low, high) low + (high - low) * plogis(x)
  inverse <- function(v, low, high) qlogis(min(1 - 1e-6, max(1e-6, (v - low) / (high - low))))
  bounds <- function(name, alpha) {
    switch(name, alpha = c(1e-4, 0.9999), beta = c(1e-4, alpha), gamma = c(1e-4, 1 - alpha), phi = c(0.8, 0.98))
  }
  decode <- function(x) {
    p <- x
    alpha <- within(x[["alpha"]], 1e-4, 0.9999)
    for (name in smoothing) p[[name]] <- within(x[[name]], bounds(name, alpha)[1], bounds(name, alpha)[2])
    p
  }
  value <- function(p, name) if (name %in% names(p)) p[[name]] else NULL
  start <- function(p) {
    s <- p[rest]
    if (kinds[3] == "N") s else c(s, m * (kinds[3] == "M") - sum(s[grepl("^s", rest)]))
  }
  run <- function(p) {
    forecast:::pegelsresid.C(y, m, start(p), kinds[1], kinds[2], kinds[3], damped, p[["alpha"]], value(p, "beta"),
      value(p, "gamma"), value(p, "phi"), 3)
  }
  cost <- function(x) {
    p <- decode(x)
    # Its test finds roots, which can fail.
    ok <- try(forecast:::admissible(p[["alpha"]], value(p, "beta"), value(p, "gamma"), value(p, "phi"), m), silent = TRUE)
    if (!isTRUE(ok == 1)) return(1e8)
    lik <- run(p)$lik
    if (is.finite(lik)) lik else 1e8
  }
  x <- fit$par
  for (name in smoothing) {
    limits <- bounds(name, x[["alpha"]])
    x[[name]] <- inverse(fit$par[[name]], limits[1], limits[2])
  }
  scale <- ifelse(names(x) %in% smoothing, 1, if (kinds[3] == "M") 0.02 * sd(y) else 0.1 * sd(y))
  if (kinds[3] == "M") scale[grepl("^s", names(x))] <- 0.02
  best <- cost(x)
  for (round in 1:20) {
    found <- optim(x, cost, method = if (round %% 2 == 1) "BFGS" else "Nelder-Mead",
      control = list(parscale = scale, maxit = 2000, reltol = 1e-13))
    gain <- best - found$value
    if (gain > 0) {
      x <- found$par
      best <- found$value
    }
    if (round > 1 && gain < 1e-7) break
  }
  fit$par <- decode(x)
  fit$initstate <- start(fit$par)
  settled <- ets(y, model = fit, use.initial.values = TRUE)
  # There ets counts the variance twice.
  settled$sigma2 <- sum(settled$residuals^2) / (length(y) - length(fit$par))
  settled
}

# Seasonal states of R stand newest first; here the next step's comes first.
states <- function(row) {
  level <- row[["l"]]
  slope <- if ("b" %in% names(row)) row[["b"]] else 0
  shape <- row[grepl("^s[0-9]+$", names(row))]
  list(level = short(level), slope = short(slope), shape = I(short(rev(shape))))
}

details <- function(fit) {
  f <- forecast(fit, h = HORIZON, level = c(80, 95))
  par <- function(name, otherwise) if (name %in% names(fit$par)) short(fit$par[[name]]) else otherwise
  list(
    form = fit$method,
    alpha = par("alpha", 0), beta = par("beta", 0), gamma = par("gamma", 0), phi = par("phi", 1),
    first = states(fit$states[1, ]), last = states(fit$states[nrow(fit$states), ]),
    logLikelihood = short(fit$loglik), aicc = short(fit$aicc), sigma2 = short(fit$sigma2),
    mean = short(f$mean),
    lower80 = short(f$lower[, 1]), upper80 = short(f$upper[, 1]),
    lower95 = short(f$lower[, 2]), upper95 = short(f$upper[, 2])
  )
}

# One form of each class of variance (Hyndman et al. 2008, section 6.2), and whichever is chosen.
SHOWN <- c("ETS(A,N,N)", "ETS(A,Ad,N)", "ETS(A,A,A)", "ETS(M,A,N)", "ETS(M,Ad,A)", "ETS(M,N,M)", "ETS(M,Ad,M)")

describe <- function(y) {
  y <- ts(signif(as.numeric(y), 7), frequency = frequency(y))
  grid <- forms(y)
  fits <- lapply(seq_len(nrow(grid)), function(i) fitted(y, grid[i, ]))
  # Where no start is admissible R gives up without a fit.
  fits <- Filter(function(fit) is.finite(fit$loglik), fits)
  chosen <- ets(y)
  list(
    season = frequency(y),
    values = as.numeric(y),
    forms = lapply(fits, function(fit) {
      list(form = fit$method, logLikelihood = short(fit$loglik), aicc = short(fit$aicc))
    }),
    chosen = chosen$method,
    additive = ets(y, additive.only = TRUE)$method,
    settled = lapply(Filter(function(fit) fit$method %in% c(SHOWN, chosen$method), fits), function(fit) {
      details(refined(y, fit))
    })
  )
}

golden <- list(
  origin = list(
    script = "tools/golden/ets.R",
    R = as.character(getRversion()),
    forecast = as.character(packageVersion("forecast"))
  ),
  series = lapply(series, describe)
)
writeLines(toJSON(golden, auto_unbox = TRUE, digits = NA), "wasm/forecast/test/golden/ets.json")
