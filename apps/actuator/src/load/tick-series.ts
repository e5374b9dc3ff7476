import type { LoadSample } from '@foreshadow/domain';
import { Ring } from '../ring.ts';
import { combineSamples } from './combine.ts';

/** One tick of a partition, summed over the edges; `undefined` is missing. */
export interface SeriesEntry {
  readonly atMs: number;
  readonly recordsPerSec: number | undefined;
  readonly capacityRecordsPerSec: number | undefined;
}

/** A tick of which all edges have reported, or that is overdue. */
export interface ClosedTick extends SeriesEntry {
  /** Records/s by edge; `undefined` if it is not known of each. */
  readonly parts: ReadonlyMap<string, number> | undefined;
}

/** Ticks kept: 15 minutes at one a second. */
const KEPT = 900;
/** A sample farther from now than this is timed by its arrival: its clock is not ours. */
const MAX_TICKS_AWAY = 10;

/**
 * The load series of one partition. A tick of several edges is complete when each of them has reported it, or when
 * the next but one has begun; what is lacking then is missing, and so is the sum.
 */
export class TickSeries {
  readonly #tickMs: number;
  readonly #open = new Map<number, Map<string, LoadSample>>();
  #entries = new Ring<SeriesEntry>(KEPT);
  #newestTick = -Infinity;
  /** What the partition's owner can process now; goes into the entries to come. */
  capacityRecordsPerSec: number | undefined;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** Take a sample in; one of a tick that is closed already is dropped. */
  put(nodeId: string, sample: LoadSample, nowMs: number): void {
    const nowTick = this.#tickOf(nowMs);
    const claimed = this.#tickOf(sample.atMs);
    const tick = Math.abs(claimed - nowTick) <= MAX_TICKS_AWAY ? claimed : nowTick;
    this.#forgetFuture(nowTick);
    if (!(tick > this.#newestTick)) return;
    const samples = this.#open.get(tick) ?? new Map<string, LoadSample>();
    samples.set(nodeId, sample);
    this.#open.set(tick, samples);
  }

  /** Close what is complete, oldest first; gives the new entries. */
  settle(liveNodes: readonly string[], nowMs: number): ClosedTick[] {
    if (this.#open.size === 0) return [];
    const overdue = this.#tickOf(nowMs) - 2;
    const entries: ClosedTick[] = [];
    for (const tick of [...this.#open.keys()].sort((a, b) => a - b)) {
      const samples = this.#open.get(tick) ?? new Map<string, LoadSample>();
      const isComplete = liveNodes.every((nodeId) => samples.has(nodeId));
      if (!isComplete && tick > overdue) break;
      this.#open.delete(tick);
      const sum = isComplete ? combineSamples([...samples.values()]) : undefined;
      const entry = this.#close(tick, sum?.recordsPerSec?.value);
      entries.push({ ...entry, parts: isComplete ? partsOf(samples) : undefined });
    }
    return entries;
  }

  /** Close a tick with a rate from elsewhere; `undefined` if there is a newer one. */
  putRate(atMs: number, recordsPerSec: number | undefined): SeriesEntry | undefined {
    const tick = this.#tickOf(atMs);
    this.#forgetFuture(tick);
    return tick > this.#newestTick ? this.#close(tick, recordsPerSec) : undefined;
  }

  /** Newest entry whose rate is known, if it is not older than three ticks. */
  lastRate(nowMs: number): number | undefined {
    const known = this.#entries.newestFirst(3).find((e) => e.recordsPerSec !== undefined);
    return known && nowMs - known.atMs <= 3 * this.#tickMs ? known.recordsPerSec : undefined;
  }

  /** Rate of the tick at `atMs`; NaN where it is missing, `undefined` where the tick is not closed or no longer kept. */
  rateAt(atMs: number): number | undefined {
    const tick = this.#tickOf(atMs);
    let [newer, older] = [-1, this.#entries.size];
    // The newest entry that is no newer than the tick, by halving.
    while (older - newer > 1) {
      const age = (newer + older) >> 1;
      if (this.#tickOf(this.#entries.newest(age)?.atMs ?? NaN) > tick) newer = age;
      else older = age;
    }
    const entry = this.#entries.newest(older);
    if (entry === undefined || this.#tickOf(entry.atMs) !== tick) return undefined;
    return entry.recordsPerSec ?? NaN;
  }

  /** Time of the newest entry. */
  get newestAtMs(): number | undefined {
    return Number.isFinite(this.#newestTick) ? this.#newestTick * this.#tickMs : undefined;
  }

  /** Oldest first. */
  entries(): SeriesEntry[] {
    return this.#entries.oldestFirst();
  }

  #close(tick: number, recordsPerSec: number | undefined): SeriesEntry {
    this.#newestTick = tick;
    const entry: SeriesEntry = {
      atMs: tick * this.#tickMs,
      recordsPerSec: Number.isFinite(recordsPerSec) ? recordsPerSec : undefined,
      capacityRecordsPerSec: this.capacityRecordsPerSec,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** After the wall-clock was set back the series begins anew: it would refuse everything until the clock catches up. */
  #forgetFuture(nowTick: number): void {
    if (this.#newestTick <= nowTick + MAX_TICKS_AWAY) return;
    this.#newestTick = -Infinity;
    this.#entries = new Ring(KEPT);
    this.#open.clear();
  }

  #tickOf(atMs: number): number {
    return Math.round(atMs / this.#tickMs);
  }
}

function partsOf(samples: ReadonlyMap<string, LoadSample>): ClosedTick['parts'] {
  const parts = new Map<string, number>();
  for (const [nodeId, { recordsPerSec }] of samples) {
    if (recordsPerSec === undefined) return undefined;
    parts.set(nodeId, recordsPerSec.value);
  }
  return parts;
}
