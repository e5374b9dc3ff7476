import type { WebSocketFactory } from '@foreshadow/edge-sdk';

/** What each runtime is told. */
export interface RuntimeEnvironment {
  readonly runtime: string;
  /** Server of the harness; serves the fixture. */
  readonly baseUrl: string;
  /** Link of a real actuator. */
  readonly linkUrl: string;
  /** Stream of the actuator that this runtime speaks for. */
  readonly stream: string;
  /** Whether it has Web Workers and shared memory; without, shadow streams are read in slices on one thread. */
  readonly hasSharedWorkers: boolean;
  /** Platform's WebSocket unless given (Node 20 has none). */
  readonly webSocket?: WebSocketFactory;
}

/** One state blob and one series of samples, the same for all runtimes. */
export interface Fixture {
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  /** Base64 of a forecaster's saved state. */
  readonly state: string;
  readonly samples: readonly { readonly atMs: number; readonly recordsPerSec: number | null }[];
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What each runtime answers. */
export interface RuntimeOutcome {
  readonly runtime: string;
  readonly checks: readonly Check[];
  /** SHA-256 over the bytes of every forecast made from the fixture. */
  readonly forecastDigest: string;
}

/** What the reader of a ring on another thread is given, and what it tells. */
export interface RingTask {
  readonly memory: SharedArrayBuffer;
  readonly ticks: number;
}
export interface RingRead {
  readonly samples: number;
  readonly weight: number;
  readonly ticks: number;
  readonly key: string | undefined;
}

/** Marks the line of output that holds the outcome. */
export const OUTCOME_MARK = 'FORESHADOW-OUTCOME ';
export const FIXTURE_PARTITION = 'fixture/0';
