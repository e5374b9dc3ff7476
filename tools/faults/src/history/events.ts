/** Machine time: milliseconds of the monotonic clock that all processes of a machine share. */
type AtMs = { readonly atMs: number };

/** A worker's hold on a partition. */
type Hold = { readonly partition: string; readonly token: number; readonly worker: string };

/** The edge has acknowledged these records. */
export type Acked = AtMs & { readonly kind: 'acked'; readonly ids: readonly string[] };
/** The handler was called with these records. */
export type Started = AtMs & Hold & { readonly kind: 'started'; readonly ids: readonly string[] };
/** The handler has dealt with them. */
export type Handled = AtMs & Hold & { readonly kind: 'handled'; readonly ids: readonly string[] };
/** The lease was taken or renewed; it ends no later than `untilMs`. */
export type Leased = AtMs & Hold & { readonly kind: 'leased'; readonly untilMs: number };
/** The log knows the worker as owner. */
export type Claimed = AtMs & Hold & { readonly kind: 'claimed' };
/** The log has taken a commit, asked for at `calledMs`. */
export type Committed = AtMs &
  Hold & { readonly kind: 'committed'; readonly calledMs: number; readonly next: number };
/** From now on the load needs so many CPU cores. */
export type Load = AtMs & { readonly kind: 'load'; readonly neededCores: number };
/** A replica of the actuator has the lead, no longer than until `untilMs`. */
export type Led = AtMs & {
  readonly kind: 'led';
  readonly replica: string;
  readonly token: number;
  readonly untilMs: number;
};
/** The orchestrator of a replica, called at `calledMs`, has taken a plan. */
export type Planned = AtMs & {
  readonly kind: 'planned';
  readonly calledMs: number;
  readonly replica: string;
  readonly workers: number;
  readonly cores: number;
  /** Of the assignment, with the owners in it. */
  readonly version: number;
  readonly owners: string;
};
/** Something happened to a worker, as the orchestrator saw it. */
export type WorkerChanged = AtMs & {
  readonly kind: 'worker';
  readonly worker: string;
  readonly what: string;
};
/** A fault was begun or taken back. */
export type Fault = AtMs & { readonly kind: 'fault'; readonly what: 'begin' | 'end' };

/** Something that a process of the run saw, written down by itself. */
export type HistoryEvent =
  | Acked
  | Started
  | Handled
  | Leased
  | Claimed
  | Committed
  | Load
  | Led
  | Planned
  | WorkerChanged
  | Fault;

/** Records of a key carry the sequence 0, 1, 2 …; together they are the record's unique id. */
export function recordId(key: string, sequence: number): string {
  return `${key}:${sequence}`;
}

export function parseRecordId(id: string): { readonly key: string; readonly sequence: number } {
  const colon = id.lastIndexOf(':');
  return { key: id.slice(0, colon), sequence: Number(id.slice(colon + 1)) };
}

/** The events of one kind, in the order of their times. */
export function eventsOf<K extends HistoryEvent['kind']>(
  events: readonly HistoryEvent[],
  kind: K,
): Extract<HistoryEvent, { kind: K }>[] {
  const chosen = events.filter((e): e is Extract<HistoryEvent, { kind: K }> => e.kind === kind);
  return chosen.sort((a, b) => a.atMs - b.atMs);
}
