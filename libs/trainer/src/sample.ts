import type { TrainingSeries } from './options.ts';

/** Steps of all series together; more take memory and tell a network of this size nothing new. */
const MOST_STEPS = 1_000_000;

/** Every n-th series, so that there are no more steps than a training takes. */
export function sampleSeries(series: readonly TrainingSeries[]): readonly TrainingSeries[] {
  const total = series.reduce((sum, { values }) => sum + values.length, 0);
  const stride = Math.ceil(total / MOST_STEPS);
  return stride <= 1 ? series : series.filter((_, i) => i % stride === 0);
}
