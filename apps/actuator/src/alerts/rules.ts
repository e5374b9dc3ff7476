import type { DemandScore } from '@foreshadow/demand';
import type { PartitionKey, PoolPlan } from '@foreshadow/domain';
import type { LoadScore } from '../load/load-calibration.ts';
import type { AlertTraits, Finding } from './alert.ts';

/** What the rules look at: all of it is known to the actuator anyway. */
export interface AlertFacts {
  readonly nowMs: number;
  readonly partitions: Iterable<{ readonly partition: PartitionKey; readonly stale: boolean }>;
  /** Edges that came and did not take their leave. */
  readonly edges: Iterable<{
    readonly nodeId: string;
    readonly isConnected: boolean;
    readonly silentMs: number;
  }>;
  readonly loadScores: Iterable<{ readonly partition: PartitionKey; readonly scores: readonly LoadScore[] }>;
  /** Newest change of regime of each partition. */
  readonly drifts: Iterable<readonly [PartitionKey, { readonly atMs: number; readonly message: string }]>;
  readonly pools: Iterable<{
    readonly pool: string;
    readonly plan: PoolPlan | undefined;
    readonly demandScores: readonly DemandScore[];
  }>;
}

/** A rule looks at the facts and says what is not as it should be; when that becomes an alert is not its business. */
export interface AlertRule extends AlertTraits {
  readonly find: (facts: AlertFacts) => Iterable<Finding>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A change of regime is news for this long. */
const DRIFT_MS = 10 * MINUTE;
/** Share of actuals in the 90 % interval below which it is wrong: chance alone gives 87 % at worst, of 500 scores. */
const LEAST_COVERAGE = 0.8;
/** Scores below which the share says little. */
const LEAST_SCORED = 100;
/** Edges report each tick; the link is closed after less than this silence. */
const SILENT_MS = 30 * SECOND;
/** An edge that is away for longer is taken for gone for good. */
const FORGOTTEN_MS = 60 * MINUTE;
/** Lines of a plan's `unfulfilled` that say that there is not enough; others say what the orchestrator cannot do. */
const SHORT = /there are maxWorkers$|within the budget$/;
const OUT_OF_BOUNDS: ReadonlySet<string> = new Set(['AT_MAXIMUM', 'HOT_PARTITION', 'OVER_BUDGET']);

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const horizon = (ms: number): string => (ms >= MINUTE ? `${ms / MINUTE} min` : `${ms / SECOND} s`);

/** Scores of intervals that miss too much, worst first. */
function missing<S extends { readonly scored: number; readonly coverage90: number }>(
  scores: readonly S[],
): S[] {
  return scores
    .filter((s) => s.scored >= LEAST_SCORED && s.coverage90 < LEAST_COVERAGE)
    .sort((a, b) => a.coverage90 - b.coverage90);
}

const drift: AlertRule = {
  name: 'ForeshadowForecastDrift',
  severity: 'info',
  forMs: 0,
  keepFiringMs: 0,
  *find({ drifts, nowMs }) {
    for (const [partition, { atMs, message }] of drifts) {
      if (nowMs - atMs >= DRIFT_MS) continue;
      const summary = `The load of ${partition} does not behave as it did`;
      yield { rule: drift, labels: { partition }, summary, description: message };
    }
  },
};

const forecastMiscoverage: AlertRule = {
  name: 'ForeshadowForecastMiscoverage',
  severity: 'warning',
  forMs: 5 * MINUTE,
  keepFiringMs: 5 * MINUTE,
  *find({ loadScores }) {
    for (const { partition, scores } of loadScores) {
      const [worst] = missing(scores);
      if (worst === undefined) continue;
      const summary = `Forecast intervals of ${partition} are too narrow`;
      const description = `at ${horizon(worst.horizonMs)}, ${percent(worst.coverage90)} of what came lay inside the 90 % interval`;
      yield { rule: forecastMiscoverage, labels: { partition }, summary, description };
    }
  },
};

const demandMiscoverage: AlertRule = {
  name: 'ForeshadowDemandMiscoverage',
  severity: 'warning',
  forMs: 5 * MINUTE,
  keepFiringMs: 5 * MINUTE,
  *find({ pools }) {
    for (const { pool, demandScores } of pools) {
      const [worst] = missing(demandScores);
      if (worst === undefined) continue;
      const summary = `Workers of ${pool} use more or less than their demand is taken to be`;
      const inside = `${percent(worst.coverage90)} of ${worst.resource} lay inside the 90 % interval`;
      const description = `at ${horizon(worst.horizonMs)}, ${inside} of demand`;
      yield { rule: demandMiscoverage, labels: { pool }, summary, description };
    }
  },
};

const saturation: AlertRule = {
  name: 'ForeshadowPoolSaturated',
  severity: 'warning',
  forMs: MINUTE,
  keepFiringMs: 2 * MINUTE,
  *find({ pools }) {
    for (const { pool, plan } of pools) {
      const short = plan?.unfulfilled.filter((line) => SHORT.test(line)) ?? [];
      if (plan === undefined || (!OUT_OF_BOUNDS.has(plan.reason) && short.length === 0)) continue;
      const summary = `Pool ${pool} needs more than its bounds or the budget allow`;
      yield { rule: saturation, labels: { pool }, summary, description: [plan.message, ...short].join('; ') };
    }
  },
};

const oscillation: AlertRule = {
  name: 'ForeshadowPoolOscillates',
  severity: 'warning',
  forMs: 0,
  keepFiringMs: 2 * MINUTE,
  *find({ pools }) {
    for (const { pool, plan } of pools) {
      if (plan?.ingredients['oscillates'] !== 1) continue;
      const summary = `Pool ${pool} scales up and down while its load does not change`;
      const description = `capacity falls more slowly until that ends; a longer policy.stabilizationMs would spare it; ${plan.message}`;
      yield { rule: oscillation, labels: { pool }, summary, description };
    }
  },
};

const staleEdge: AlertRule = {
  name: 'ForeshadowEdgeStale',
  severity: 'warning',
  forMs: 0,
  // A new leader knows of an edge only once it is back.
  keepFiringMs: MINUTE,
  *find({ edges }) {
    for (const { nodeId, isConnected, silentMs } of edges) {
      if (silentMs < SILENT_MS || silentMs > FORGOTTEN_MS) continue;
      const how = isConnected ? 'its link is up, but it says nothing' : 'its link is down';
      const summary = `Edge ${nodeId} has gone silent`;
      yield { rule: staleEdge, labels: { edge: nodeId }, summary, description: `${how}; without a goodbye` };
    }
  },
};

const stalePartition: AlertRule = {
  name: 'ForeshadowPartitionStale',
  severity: 'warning',
  forMs: 30 * SECOND,
  keepFiringMs: 10 * SECOND,
  *find({ partitions }) {
    for (const { partition, stale } of partitions) {
      if (!stale) continue;
      const summary = `No edge reports the load of ${partition}`;
      const description = 'plans rest on older forecasts, then on the log alone, and nothing shrinks';
      yield { rule: stalePartition, labels: { partition }, summary, description };
    }
  },
};

/** All rules, in the order in which they are documented. */
export const ALERT_RULES: readonly AlertRule[] = [
  drift,
  forecastMiscoverage,
  demandMiscoverage,
  saturation,
  oscillation,
  staleEdge,
  stalePartition,
];

export function* findAll(rules: readonly AlertRule[], facts: AlertFacts): Iterable<Finding> {
  for (const rule of rules) yield* rule.find(facts);
}
