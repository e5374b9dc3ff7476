import type { Figure } from './report.ts';
import { edgeSuite } from './suites/edge.ts';
import { forecastSuite } from './suites/forecast.ts';
import { planSuite } from './suites/plan.ts';
import { redisSuite } from './suites/redis.ts';
import { simulateSuite } from './suites/simulate.ts';
import { samplerSuite } from './suites/sampler.ts';
import { streamLogSuite } from './suites/stream-log.ts';

export interface Suite {
  readonly about: string;
  readonly run: () => Promise<Figure[]>;
}

/** One suite a subject. */
export const SUITES: Readonly<Record<string, Suite>> = {
  edge: { about: 'tap, appends, forecasts and link of an edge', run: edgeSuite },
  sampler: { about: 'what the shadow tap adds to a record', run: samplerSuite },
  forecast: { about: 'expert bank, fits and LSTM beside other libraries, sizes', run: forecastSuite },
  plan: { about: 'a plan for a thousand pools', run: planSuite },
  redis: { about: 'appends, reads, hand-over and fail-over on Redis', run: redisSuite },
  simulate: { about: 'speed of the policy simulator', run: simulateSuite },
  log: { about: 'appends and reads of the stream logs', run: streamLogSuite },
};
