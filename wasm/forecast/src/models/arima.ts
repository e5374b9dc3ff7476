const OFFSET = {
  trained: 4,
  logLikelihood: 8,
  aicc: 16,
  sigma2: 24,
  parameters: 36,
  orders: 48,
  coefficients: 96,
  regression: 992,
} as const;

/** Orders of a seasonal ARIMA model: ARIMA(p, d, q)(P, D, Q)[period]. */
export interface ArimaOrders {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly seasonalP: number;
  readonly seasonalD: number;
  readonly seasonalQ: number;
  /** Whether there is a mean (nothing differenced) or a drift (differenced once). */
  readonly constant: boolean;
  /** Steps; 1 without a season. */
  readonly period: number;
}

/** Coefficients as R's arima writes them: y − Σ ar·y = e + Σ ma·e. */
export interface ArimaCoefficients {
  readonly ar: readonly number[];
  readonly ma: readonly number[];
  readonly seasonalAr: readonly number[];
  readonly seasonalMa: readonly number[];
}

/** What an ARIMA state says of its model; numbers in the units of the series. */
export interface ArimaModel extends ArimaOrders, ArimaCoefficients {
  /** The mean, or the drift a step; 0 without a constant. */
  readonly regression: number;
  /** Variance of the innovations. */
  readonly sigma2: number;
  /** Exact Gaussian log-likelihood of the differenced values; NaN where they are all the same. */
  readonly logLikelihood: number;
  readonly aicc: number;
  /** Coefficients, constant and variance. */
  readonly parameters: number;
  /** Values in the window that it was fitted to. */
  readonly trained: number;
}

/** Read the orders from a fitted ARIMA state. */
export function decodeArimaOrders(state: DataView): ArimaOrders {
  const order = (i: number): number => state.getInt32(OFFSET.orders + 4 * i, true);
  return {
    ...{ p: order(0), d: order(1), q: order(2) },
    ...{ seasonalP: order(3), seasonalD: order(4), seasonalQ: order(5) },
    constant: order(6) === 1,
    period: order(7),
  };
}

/** Read the model from a fitted ARIMA state. */
export function decodeArima(state: DataView): ArimaModel {
  const number = (offset: number): number => state.getFloat64(offset, true);
  const orders = decodeArimaOrders(state);
  let at: number = OFFSET.coefficients;
  const take = (count: number): number[] =>
    Array.from({ length: count }, () => {
      at += 8;
      return number(at - 8);
    });
  return {
    ...orders,
    ar: take(orders.p),
    ma: take(orders.q),
    seasonalAr: take(orders.seasonalP),
    seasonalMa: take(orders.seasonalQ),
    regression: number(OFFSET.regression),
    sigma2: number(OFFSET.sigma2),
    logLikelihood: number(OFFSET.logLikelihood),
    aicc: number(OFFSET.aicc),
    parameters: state.getInt32(OFFSET.parameters, true),
    trained: state.getInt32(OFFSET.trained, true),
  };
}
