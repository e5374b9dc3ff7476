import type { History } from './history.ts';

interface Candidate {
  lag: number;
  readonly score: number;
  z: number;
}

/** A season that the search proposes for a place: 0, the main one, or 1. */
export interface Proposal {
  readonly place: number;
  readonly length: number;
  /** Mean difference to the values one season before, and the number of pairs behind it. */
  readonly distance: number;
  readonly pairs: number;
}

type Phase = 'idle' | 'measure' | 'scan' | 'test';

const PAIRS = 8192;
const LAGS = 128;
const SHORTEST = 4;
const MOST_CANDIDATES = 8;

function lagLimit(window: number): number {
  return Math.floor((window * 9) / 16);
}

/** Round half to even, as f64.nearest does. */
function nearest(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** Search for seasons, a bounded piece of work per step; see the kernel's `search.ts`. */
export class SeasonSearch {
  readonly #history: History;
  readonly #places: number;
  #phase: Phase = 'idle';
  #lag = 0;
  #window = 0;
  #nextAt = 12;
  #index = 0;
  #candidates: Candidate[] = [];
  /** Whether the season of each place was found, or is on trial. */
  readonly #found = [false, false];
  readonly #distance: Float32Array;

  constructor(history: History, places: number) {
    this.#history = history;
    this.#places = places;
    this.#distance = new Float32Array(lagLimit(history.capacity) + 1);
  }

  /** @param lengths of the seasons in their places, 0 for none; those on trial too */
  step(lengths: readonly number[]): readonly Proposal[] {
    switch (this.#phase) {
      case 'idle':
        if (this.#history.n < this.#nextAt) return [];
        this.#window = Math.min(this.#history.n, this.#history.capacity);
        this.#lag = 1;
        this.#phase = 'measure';
        return [];
      case 'measure':
        this.#measure();
        return [];
      case 'scan':
        this.#scan();
        return [];
      case 'test':
        return this.#test(lengths);
    }
  }

  /** Whether the season in a place was found, and not only tried. */
  hasFound(place: number): boolean {
    return this.#found[place] ?? false;
  }

  #measure(): void {
    const limit = lagLimit(this.#window);
    for (let left = PAIRS; left > 0 && this.#lag <= limit; this.#lag++) {
      this.#distance[this.#lag] = this.#meanDifference(this.#lag);
      left -= this.#window - this.#lag;
    }
    if (this.#lag <= limit) return;
    this.#lag = SHORTEST;
    this.#candidates = [];
    this.#phase = 'scan';
  }

  /** Four lanes, then what is left: the order in which the kernel adds. */
  #meanDifference(lag: number, count: number = this.#window - lag): number {
    return this.#difference(lag, count).distance;
  }

  #difference(lag: number, count: number): { distance: number; pairs: number } {
    const oldest = this.#history.n - count - lag;
    const whole = count - (count % 4);
    const lanes = [0, 0, 0, 0];
    let rest = 0;
    let pairs = 0;
    for (let i = 0; i < count; i++) {
      const d = Math.fround(Math.abs(this.#history.at(oldest + lag + i) - this.#history.at(oldest + i)));
      if (Number.isNaN(d)) continue;
      pairs++;
      if (i < whole) lanes[i % 4]! += d;
      else rest = i;
    }
    let sum = lanes[0]! + lanes[1]! + lanes[2]! + lanes[3]!;
    for (let i = whole; rest > 0 && i < count; i++) {
      const d = Math.fround(Math.abs(this.#history.at(oldest + lag + i) - this.#history.at(oldest + i)));
      if (!Number.isNaN(d)) sum += d;
    }
    return { distance: pairs > 0 ? sum / pairs : NaN, pairs };
  }

  #scan(): void {
    const last = Math.floor(this.#window / 2);
    const limit = lagLimit(this.#window);
    const to = Math.min(last, this.#lag + LAGS - 1);
    for (let lag = this.#lag; lag <= to; lag++) {
      if (!this.#isMinimum(lag, limit)) continue;
      const around = this.#meanDistance(
        Math.floor((lag + 1) / 2),
        Math.min(limit, lag + Math.floor(lag / 2)),
      );
      const score = 1 - this.#distance[lag]! / around;
      if (score >= 0.05) this.#insert({ lag, score, z: 0 });
    }
    this.#lag = to + 1;
    if (to < last) return;
    this.#index = 0;
    this.#phase = 'test';
  }

  #isMinimum(lag: number, limit: number): boolean {
    const here = this.#distance[lag]!;
    if (Number.isNaN(here) || lag >= limit) return false;
    const reach = Math.max(1, Math.floor(lag / 8));
    for (let i = Math.max(1, lag - reach); i <= Math.min(limit, lag + reach); i++) {
      if (this.#distance[i]! < here) return false;
    }
    return true;
  }

  #meanDistance(from: number, to: number): number {
    let sum = 0;
    let count = 0;
    for (const d of this.#distance.subarray(from, to + 1)) {
      if (Number.isNaN(d)) continue;
      sum += d;
      count++;
    }
    return count > 0 ? sum / count : NaN;
  }

  #insert(candidate: Candidate): void {
    const at = this.#candidates.findIndex((c) => c.score < candidate.score);
    this.#candidates.splice(at < 0 ? this.#candidates.length : at, 0, candidate);
    this.#candidates.length = Math.min(this.#candidates.length, MOST_CANDIDATES);
  }

  #test(lengths: readonly number[]): readonly Proposal[] {
    const candidate = this.#candidates[this.#index];
    if (candidate !== undefined) {
      candidate.lag = this.#refine(candidate.lag);
      candidate.z = this.#repetition(candidate.lag);
      this.#index++;
      return [];
    }
    const proposals = this.#choose(lengths);
    const { n, capacity } = this.#history;
    this.#nextAt = n + Math.max(6, Math.floor(Math.min(n, capacity) / 16));
    this.#phase = 'idle';
    return proposals;
  }

  #distanceOfMultiples(lag: number, multiples: number): number {
    let sum = 0;
    for (let k = 1; k <= multiples; k++) sum += this.#distance[k * lag]!;
    return sum / multiples;
  }

  #multiplesOf(lag: number): number {
    return Math.min(8, Math.floor(lagLimit(this.#window) / (lag + nearness(lag))));
  }

  #refine(lag: number): number {
    const multiples = this.#multiplesOf(lag);
    if (multiples < 2) return lag;
    let best = lag;
    for (let m = Math.max(SHORTEST, lag - nearness(lag)); m <= lag + nearness(lag); m++) {
      if (this.#distanceOfMultiples(m, multiples) < this.#distanceOfMultiples(best, multiples)) best = m;
    }
    return best;
  }

  #repetition(lag: number): number {
    const width = Math.max(1, Math.floor(lag / 6));
    const newest = this.#history.n - 1;
    const first = lag + 2 * width - 1;
    const stride = Math.max(1, Math.floor(width / 2));
    let xy = 0;
    let xx = 0;
    let yy = 0;
    let pairs = 0;
    for (let back = 0; back <= this.#window - 1 - first; back += stride) {
      const at = newest - back;
      const a = this.#blockMean(at, width) - this.#blockMean(at - width, width);
      const b = this.#blockMean(at - lag, width) - this.#blockMean(at - lag - width, width);
      if (Number.isNaN(a + b)) continue;
      xy += a * b;
      xx += a * a;
      yy += b * b;
      pairs++;
    }
    if (!(xx > 0 && yy > 0)) return -1;
    const r = xy / (Math.sqrt(xx) * Math.sqrt(yy));
    return r < 0.3 ? -1 : r * Math.sqrt((pairs * stride) / width);
  }

  #blockMean(newest: number, width: number): number {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < width; i++) {
      const v = this.#history.at(newest - i);
      if (Number.isNaN(v)) continue;
      sum += v;
      count++;
    }
    return count > 0 ? sum / count : NaN;
  }

  #choose(lengths: readonly number[]): readonly Proposal[] {
    const good = this.#candidates.filter((c) => c.z >= 1.7);
    let found: Candidate | undefined;
    let best = 0;
    for (const c of good) {
      const score = c.score * Math.min(1, c.z / 3);
      if (score <= best) continue;
      found = c;
      best = score;
    }
    if (found === undefined) return [];
    let first = found;
    for (const c of good) {
      const divides = isMultiple(found.lag, c.lag) && c.score >= 0.75 * found.score;
      if (divides && c.lag < first.lag) first = c;
    }
    const second = good.find(
      (c) =>
        Math.abs(c.lag - first.lag) > Math.floor(first.lag / 8) &&
        !(isMultiple(c.lag, first.lag) && c.score < first.score + 0.03),
    );
    const now = [...lengths];
    const proposals: Proposal[] = [];
    const begin = (place: number, length: number, isFound: boolean): void => {
      now[place] = length;
      this.#found[place] = isFound;
      const { n, capacity } = this.#history;
      proposals.push({ place, length, ...this.#difference(length, Math.min(n, capacity) - length) });
    };
    if (this.#isToAdopt(0, first.lag, now)) begin(0, first.lag, true);
    if (this.#places < 2) return proposals;
    const week = 7 * now[0]!;
    if (second !== undefined && !this.#isWorthTrying(week, second.lag)) {
      if (this.#isToAdopt(1, second.lag, now)) begin(1, second.lag, true);
    } else if (this.#isWorthTrying(week, now[1]!)) begin(1, week, false);
    return proposals;
  }

  #isWorthTrying(week: number, other: number): boolean {
    const { n, capacity } = this.#history;
    const kept = Math.min(n, capacity);
    if (week > Math.floor(capacity / 2) || week >= kept || Math.abs(week - other) <= nearness(week))
      return false;
    if (other === 0) return true;
    const count = kept - Math.max(week, other);
    return count > 0 && this.#meanDifference(week, count) < 0.98 * this.#meanDifference(other, count);
  }

  #isToAdopt(place: number, lag: number, lengths: readonly number[]): boolean {
    const present = lengths[place] ?? 0;
    if (present > 0 && Math.abs(present - lag) <= nearness(lag)) this.#found[place] = true;
    if (present === lag) return false;
    if (present > 0 && Math.abs(present - lag) <= nearness(lag)) {
      const multiples = Math.max(1, this.#multiplesOf(lag));
      const needed = 0.98 * this.#distanceOfMultiples(present, multiples);
      if (!(this.#distanceOfMultiples(lag, multiples) < needed)) return false;
    }
    const isInOtherPlace = place === 0 && present > 0 && this.#places > 1 && lengths[1] === lag;
    if (isInOtherPlace) this.#found[1] = true;
    return !isInOtherPlace;
  }
}

function nearness(lag: number): number {
  return Math.max(1, Math.floor(lag / 32));
}

function isMultiple(long: number, short: number): boolean {
  const k = nearest(long / short);
  return k >= 2 && Math.abs(long - k * short) <= Math.max(1, Math.floor((k * short) / 24));
}
