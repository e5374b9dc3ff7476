import { demandInWorkers } from './metrics/demand.ts';
import { elasticityOf, elasticSpeedup, type Elasticity } from './metrics/elasticity.ts';
import type { PolicyContext } from './observation.ts';
import type { Policy } from './policy.ts';
import { checkSettings, type PoolSettings } from './settings.ts';
import type { LoadTrace } from './trace.ts';
import { checkFaults, type Fault } from './world/faults.ts';
import { Pool } from './world/pool.ts';

/** Where a policy is played: the same for all that are compared. */
export interface Scenario {
  readonly trace: LoadTrace;
  readonly settings: PoolSettings;
  readonly faults?: readonly Fault[];
  readonly seed: number;
}

/** What a policy made of a scenario. Percentages, seconds, worker-seconds. */
export interface Outcome extends Elasticity {
  readonly policy: string;
  /** Share of records whose work was not done in time. */
  readonly latePct: number;
  readonly worstLagSeconds: number;
  /** Worker-seconds paid for; workers that start or drain included. */
  readonly cost: number;
  readonly actionsPerHour: number;
  readonly disruptiveActionsPerHour: number;
  /** Elastic speed-up over a pool that stays as large as the mean demand. */
  readonly epsilon: number;
  /** Ready workers in each second. */
  readonly supply: Uint16Array;
}

/** A scenario made ready: what does not depend on the policy is worked out once. */
export class Stage {
  readonly scenario: Scenario;
  readonly context: PolicyContext;
  /** Workers needed in each second. */
  readonly demand: Uint16Array;
  readonly #knownSeconds: Float64Array;
  readonly #fixed: Elasticity;

  /** @throws {SimulateError} `INVALID_SETTING` */
  constructor(scenario: Scenario) {
    const { trace, settings } = scenario;
    checkSettings(settings);
    checkFaults(scenario.faults ?? []);
    this.scenario = scenario;
    this.demand = demandInWorkers(trace, settings);
    this.#knownSeconds = new Float64Array(trace.seconds + 1);
    for (let i = 0; i < trace.seconds; i++)
      this.#knownSeconds[i + 1] = this.#knownSeconds[i]! + trace.known[i]!;
    const judged = this.demand.subarray(Math.min(settings.warmUpSeconds, trace.seconds - 1));
    const mean = Math.ceil(judged.reduce((a, b) => a + b, 0) / judged.length);
    this.#fixed = elasticityOf(judged, new Uint16Array(judged.length).fill(mean));
    this.context = contextOf(scenario);
  }

  /** Play a policy. Deterministic: the same stage and policy give the same outcome. */
  play(policy: Policy): Outcome {
    const { trace, settings, faults = [], seed } = this.scenario;
    const pool = new Pool(
      {
        trace,
        settings,
        faults,
        seed,
        // Metrics come a second at a time.
        metricDelaySeconds: Math.ceil(policy.metricDelaySeconds),
        knownSeconds: this.#knownSeconds,
      },
      this.context.initialWorkers,
    );
    const decide = policy.start(this.context);
    const supply = new Uint16Array(trace.seconds);
    for (let sec = 0; sec < trace.seconds; sec++) {
      if (sec > 0 && sec % policy.syncSeconds === 0) pool.apply(decide(pool.observe()));
      pool.step();
      supply[sec] = pool.ready;
    }
    return this.#outcome(policy.name, pool, supply);
  }

  #outcome(policy: string, pool: Pool, supply: Uint16Array): Outcome {
    const { trace, settings } = this.scenario;
    const tally = pool.tally;
    const elasticity = elasticityOf(this.demand, supply, settings.warmUpSeconds);
    const hours = Math.max(1, trace.seconds - settings.warmUpSeconds) / 3600;
    return {
      policy,
      latePct: tally.judgedRecords > 0 ? (100 * tally.lateRecords) / tally.judgedRecords : 0,
      worstLagSeconds: tally.worstLagSeconds,
      cost: tally.cost,
      actionsPerHour: tally.actions / hours,
      disruptiveActionsPerHour: tally.disruptions / hours,
      ...elasticity,
      epsilon: elasticSpeedup(elasticity, this.#fixed),
      supply,
    };
  }
}

/** Seconds whose load the pool is sized by at the beginning. */
const FIRST_SECONDS = 60;

function contextOf({ trace, settings: s }: Scenario): PolicyContext {
  const seconds = Math.min(FIRST_SECONDS, trace.seconds);
  const need = Math.ceil(trace.total[seconds]! / seconds / s.recordsPerSecPerWorker + 0.5);
  const initial = s.initialWorkers ?? Math.min(s.maxWorkers, Math.max(s.minWorkers, need));
  return {
    minWorkers: s.minWorkers,
    maxWorkers: s.maxWorkers,
    partitions: trace.shares.length,
    shares: trace.shares,
    recordsPerSecPerWorker: s.recordsPerSecPerWorker,
    leadTimeSeconds: s.leadTimeSeconds,
    sloSeconds: s.sloSeconds,
    rebalancePauseSeconds: s.rebalancePauseSeconds,
    drainSeconds: s.drainSeconds,
    timeScale: trace.timeScale,
    sharing: s.sharing,
    initialWorkers: initial,
  };
}
