/**
 * Forecasts of partition load: a bank of experts under online weights with calibrated intervals.
 * @module
 */
export {
  backtest,
  type BacktestForecast,
  type BacktestOptions,
  type BacktestResult,
} from './backtest.ts';
export { calendarCovariates } from './calendar-covariates.ts';
export type { BacktestHorizon } from './backtest-horizon.ts';
export type { FeatureChange, FeatureGroup, LevelFeatures } from './covariates.ts';
export { ForecastEngine, type ForecastEngineOptions } from './engine.ts';
export { featureRecords } from './feature-records.ts';
export { FitBudget, type FitBudgetOptions, type Fittable } from './fit-budget.ts';
export { FITTED_MODELS, type FittedModelName } from './fit-plan.ts';
export { ForecastError, type ForecastErrorCode } from './errors.ts';
export type { ExpertScore } from './expert-tally.ts';
export { type Lesson, poolLessons } from './prior.ts';
export { type Level, planLevels } from './levels.ts';
export { type Combination, COMBINATIONS, ForecastKernel, type SeriesShape, type Slot } from './kernel.ts';
export { LoadedNetwork } from './network.ts';
export type { EngineForecast, PartitionExplanation } from './partition-forecaster.ts';
export { Scorekeeper, type ScorekeeperOptions } from './scorekeeper.ts';
export {
  type BankExplanation,
  type BankForecast,
  type ExpertWeights,
  type Forecaster,
  SeriesBank,
  type SeriesBankOptions,
} from './series-bank.ts';
