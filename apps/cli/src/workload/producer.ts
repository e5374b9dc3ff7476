import type { Clock, PartitionKey } from '@foreshadow/domain';
import { AckedPositions, type PositionRange } from './acked-positions.ts';
import { EdgeClient } from './edge-client.ts';
import { Outbox } from './outbox.ts';
import type { RecordSource } from './source.ts';

export interface ProducerOptions {
  /** E.g. `http://127.0.0.1:7071`; over several edges records are spread in turn. */
  readonly edgeUrls: readonly string[];
  readonly stream: string;
  readonly source: RecordSource;
  readonly clock: Clock;
  /** Ends the production; what is pending is still sent, for at most `flushMs`. */
  readonly signal: AbortSignal;
  /** Called with the number of records of each acknowledged batch. */
  readonly onAck?: (records: number) => void;
  /** Called when a batch could not be delivered and is tried again. */
  readonly onRetry?: (why: string) => void;
  readonly flushMs?: number;
  /** No records are made while this many wait for the edge. */
  readonly maxPendingRecords?: number;
}

export interface ProducerSummary {
  readonly producedRecords: number;
  readonly ackedRecords: number;
  /** Deliveries that failed and were tried again. */
  readonly retries: number;
  /** Made and never acknowledged, because the edge was away at the end. */
  readonly unsentRecords: number;
  /** Time in which no records were made because too many were waiting. */
  readonly heldBackMs: number;
  readonly acked: ReadonlyMap<PartitionKey, readonly PositionRange[]>;
}

const TICK_MS = 100;
/** A late tick makes at most this much at once and the rest on the next ones. */
const MAX_STRETCH_MS = 1000;
const DEFAULT_FLUSH_MS = 15_000;
const DEFAULT_MAX_PENDING = 200_000;

/**
 * Make the records of a source as they come due and deliver them to the edges, until the source ends or the signal
 * aborts. At least once: while an edge is away, what was made for it waits and is delivered when it is back.
 * @throws {WorkloadError} `REFUSED` if the edge refuses a batch for good (4xx).
 */
export async function runProducer(options: ProducerOptions): Promise<ProducerSummary> {
  const { clock, source, signal, stream } = options;
  const acked = new AckedPositions();
  const giveUp = new AbortController();
  const failure = new AbortController();
  const { keyField } = source;
  const lanes = options.edgeUrls.map((edgeUrl) => ({
    outbox: new Outbox(),
    client: new EdgeClient({ ...options, edgeUrl, keyField, giveUp: giveUp.signal }),
  }));
  const outboxes = lanes.map((lane) => lane.outbox);
  const delivering = Promise.all(
    lanes.map(({ outbox, client }) =>
      deliver(outbox, client, (ack) => {
        acked.add(stream, ack);
        options.onAck?.(ack.accepted);
      }),
    ),
  ).catch((error: unknown) => {
    failure.abort(error);
    throw error;
  });
  // Awaited below; until then a rejection is known through `failure`.
  delivering.catch(() => {});

  const heldBackMs = await produce(options, outboxes, AbortSignal.any([signal, failure.signal]));
  for (const outbox of outboxes) outbox.close();
  const flushed = new AbortController();
  void clock.sleep(options.flushMs ?? DEFAULT_FLUSH_MS, flushed.signal).then(
    () => giveUp.abort(),
    () => {},
  );
  try {
    await delivering;
  } finally {
    flushed.abort();
  }
  const [added, pending] = [sum(outboxes, (o) => o.added), sum(outboxes, (o) => o.pending)];
  return {
    producedRecords: added,
    ackedRecords: added - pending,
    retries: sum(lanes, (lane) => lane.client.retries),
    unsentRecords: pending,
    heldBackMs,
    acked: acked.ranges,
  };
}

/** Fill the outboxes as time goes by; returns the time in which they were too full. */
async function produce(
  options: ProducerOptions,
  outboxes: readonly Outbox[],
  stop: AbortSignal,
): Promise<number> {
  const { clock, source } = options;
  const maxPending = options.maxPendingRecords ?? DEFAULT_MAX_PENDING;
  const endMs = source.durationMs ?? Number.POSITIVE_INFINITY;
  const startMs = clock.monotonicMs();
  let heldBackMs = 0;
  let fromMs = 0;
  while (!stop.aborted && fromMs < endMs) {
    await clock.sleep(TICK_MS, stop).catch(() => {});
    const toMs = Math.min(endMs, fromMs + MAX_STRETCH_MS, clock.monotonicMs() - startMs);
    const [made, pending] = [sum(outboxes, (o) => o.added), sum(outboxes, (o) => o.pending)];
    if (pending < maxPending) spread(source.due(fromMs, toMs, clock.nowMs()), made, outboxes);
    else heldBackMs += toMs - fromMs;
    fromMs = toMs;
  }
  return heldBackMs;
}

/** Give out lines in turn, as a load balancer does, going on where the ones before ended. */
function spread(lines: readonly string[], from: number, outboxes: readonly Outbox[]): void {
  const count = outboxes.length;
  for (const [i, outbox] of outboxes.entries()) outbox.add(lines.filter((_, n) => (from + n) % count === i));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Deliver batch after batch until the outbox is closed and empty, or the client gives up. */
async function deliver(
  outbox: Outbox,
  client: EdgeClient,
  onAck: (ack: Awaited<ReturnType<EdgeClient['deliver']>> & object) => void,
): Promise<void> {
  while (await outbox.hasLines()) {
    const batch = outbox.peek();
    const ack = await client.deliver(batch);
    if (ack === undefined) return;
    outbox.shift(batch.length);
    onAck(ack);
  }
}
