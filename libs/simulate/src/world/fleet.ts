import type { Rng } from '@foreshadow/domain';
import type { PoolSettings } from '../settings.ts';
import { gauss } from './gauss.ts';

export type FleetPhase = 'starting' | 'ready' | 'draining';

export interface FleetWorker {
  readonly id: string;
  readonly startedSec: number;
  readonly readySec: number;
  /** Records that it works off in a second. */
  readonly recordsPerSec: number;
  phase: FleetPhase;
  goneSec: number;
}

/** 90 % quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004;
const LEAST_SPEED = 0.1;

/** The workers of a pool from order to exit. Deterministic: ids and delays follow from the order of the calls. */
export class Fleet {
  readonly #s: PoolSettings;
  readonly #rng: Rng;
  #workers: FleetWorker[] = [];
  #started = 0;
  #live = 0;
  /** Second before which nothing happens by itself. */
  #nextSec = Infinity;
  /** Grows whenever the workers that are ready change. */
  version = 0;

  constructor(settings: PoolSettings, rng: Rng) {
    this.#s = settings;
    this.#rng = rng;
  }

  get workers(): readonly FleetWorker[] {
    return this.#workers;
  }

  ready(): FleetWorker[] {
    return this.#workers.filter((w) => w.phase === 'ready');
  }

  count(phase: FleetPhase): number {
    let n = 0;
    for (const w of this.#workers) if (w.phase === phase) n++;
    return n;
  }

  /** Workers that are ordered and not told to leave. */
  get live(): number {
    return this.#live;
  }

  /** All that exist cost: those that start and those that drain too. */
  get paid(): number {
    return this.#workers.length;
  }

  /** Time passes: workers become ready, drained ones are gone. */
  tick(sec: number): void {
    if (sec < this.#nextSec) return;
    for (const w of this.#workers) {
      if (w.phase !== 'starting' || w.readySec > sec) continue;
      w.phase = 'ready';
      this.version++;
    }
    this.#workers = this.#workers.filter((w) => w.goneSec > sec);
    this.#nextSec = this.#workers.reduce((next, w) => Math.min(next, nextOf(w)), Infinity);
  }

  /** @param delaySec start-up delay; drawn from its distribution unless given */
  start(sec: number, count: number, delaySec?: number): void {
    for (let i = 0; i < count; i++) {
      const readySec = sec + (delaySec ?? this.#delay());
      const speed = Math.max(LEAST_SPEED, 1 + this.#s.capacityNoise * gauss(this.#rng));
      this.#workers.push({
        id: `w-${String(++this.#started).padStart(5, '0')}`,
        startedSec: sec,
        readySec,
        recordsPerSec: this.#s.recordsPerSecPerWorker * speed,
        phase: 'starting',
        goneSec: Infinity,
      });
      this.#nextSec = Math.min(this.#nextSec, readySec);
    }
    this.#live += count;
  }

  /** Log-normal, with its 90 % quantile at the lead time; whole seconds. */
  #delay(): number {
    const { leadTimeSeconds, leadTimeSpread } = this.#s;
    return Math.max(0, Math.round(leadTimeSeconds * Math.exp(leadTimeSpread * (gauss(this.#rng) - Z90))));
  }

  /** Tell `count` workers to leave: the named ones first, then those that start, then the youngest. */
  retire(sec: number, count: number, named: readonly string[] = []): void {
    const order = new Map(named.map((id, i) => [id, i - named.length]));
    const rank = (w: FleetWorker): number => order.get(w.id) ?? (w.phase === 'starting' ? 0 : 1);
    const live = this.#workers.filter((w) => w.phase !== 'draining');
    live.sort((a, b) => rank(a) - rank(b) || b.startedSec - a.startedSec || (a.id < b.id ? 1 : -1));
    for (const worker of live.slice(0, count)) this.#leave(worker, sec);
  }

  #leave(worker: FleetWorker, sec: number): void {
    const wasReady = worker.phase === 'ready';
    if (wasReady) this.version++;
    worker.phase = 'draining';
    worker.goneSec = sec + (wasReady ? this.#s.drainSeconds : 0);
    this.#nextSec = Math.min(this.#nextSec, worker.goneSec);
    this.#live--;
  }

  /** Workers that are ready die, the oldest first. */
  lose(count: number): void {
    const lost = new Set(this.ready().slice(0, count));
    if (lost.size === 0) return;
    this.version++;
    this.#live -= lost.size;
    this.#workers = this.#workers.filter((w) => !lost.has(w));
  }
}

/** When something happens to a worker by itself. */
function nextOf(w: FleetWorker): number {
  return w.phase === 'starting' ? w.readySec : w.goneSec;
}
