/**
 * Intervals calibrated by what they missed: after summation, after a mapping, of cumulative quantities.
 * @module
 */
export {
  calibrated,
  type Calibration,
  initialCalibration,
  type Interval,
  intervalScore,
  type IntervalTally,
  isCalibration,
  type IssuedInterval,
  learned,
} from './calibration.ts';
export { combinedWidth, type Correlation, correlated, correlationOf, NO_CORRELATION } from './correlation.ts';
export { type HorizonStretch, type Stretch, stretched, stretchOf } from './stretch.ts';
export type { Bound, Side } from './side.ts';
