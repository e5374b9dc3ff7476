import type { ForecastPath } from '@foreshadow/domain';

/** Paths of one series of records/s, one each tick: what an edge would have sent by then. */
export interface ForecastSource {
  readonly tickSeconds: number;
  /** The path issued at the end of a tick, counted from 1; `undefined` where there was none. */
  path(tick: number): ForecastPath | undefined;
}
