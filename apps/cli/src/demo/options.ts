/** What `foreshadow demo` was asked for. */
export interface DemoOptions {
  readonly durationMs: number | undefined;
  readonly seed: number;
  readonly partitions: number;
  /** `undefined`: the default of the load or of the replay. */
  readonly meanRecordsPerSec: number | undefined;
  readonly forecaster: 'bank' | 'last-value';
  readonly mode: 'act' | 'advise';
  readonly startDelayMs: number;
  readonly planIntervalMs: number;
  readonly port: number;
  readonly edgePort: number;
  /** Edges, over which records are spread, and actuators, of which one leads. */
  readonly edges: number;
  readonly actuators: number;
  /** The actuator that leads is killed after this time; `undefined`: never. */
  readonly killLeaderAfterMs: number | undefined;
  readonly dataDir: string | undefined;
  /** Keeps log, state and leases; `undefined`: the embedded ones do. */
  readonly redisUrl: string | undefined;
  /** Cores that all workers together may take; `undefined`: as many as the pools allow. */
  readonly budgetCores: number | undefined;
  readonly json: boolean;
  readonly replay: ReplayOptions | undefined;
  /** `costly-mix`: at a steady rate, records begin to cost more; `hot-key`: one key is more than a worker can take. */
  readonly scenario: 'costly-mix' | 'hot-key' | undefined;
  /** Whether the edge probes what records cost, in scenarios in which that changes. */
  readonly probe: boolean;
}

export interface ReplayOptions {
  readonly file: string;
  readonly timeColumn: string | undefined;
  readonly column: string | undefined;
  readonly speed: number;
  /** Records/s per unit of the trace; `undefined`: the one that brings the mean to the demo's rate. */
  readonly scale: number | undefined;
}
