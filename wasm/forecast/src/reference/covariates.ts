import { cholesky, dot, solveLower, solveUpper } from './cholesky.ts';

const LAMBDA = 0.999;
const FORGET = 0.97;

const clamp = (x: number, limit: number): number => Math.max(-limit, Math.min(limit, x));

/** base^n by squaring, as the kernel does it. */
function power(base: number, n: number): number {
  let result = 1;
  for (let left = n; left > 0; left >>= 1) {
    if ((left & 1) !== 0) result *= base;
    base *= base;
  }
  return result;
}

/** Was a group worth having? Sums over the steps at which it makes a difference. */
class Evidence {
  #gain = 0;
  #squares = 0;
  #loss = 0;
  #tried = 0;

  weigh(without: number, withIt: number): void {
    const gain = without - withIt;
    this.#gain = FORGET * this.#gain + gain;
    this.#squares = FORGET * FORGET * this.#squares + gain * gain;
    this.#loss = FORGET * this.#loss + without;
    this.#tried = FORGET * this.#tried + 1;
  }

  get isUseful(): boolean {
    return this.#gain > 2.2 * Math.sqrt(this.#squares) && this.#gain >= 0.01 * this.#loss;
  }

  get isUseless(): boolean {
    return this.#gain < -1.5 * Math.sqrt(this.#squares) || (this.#gain <= 0 && this.#tried >= 24);
  }

  get saved(): number {
    return Math.fround(this.#gain / this.#loss);
  }
}

/** How much neighbouring residuals agree, for their autoregression. */
class Agreement {
  #mean = 0;
  #count = 0;

  learn(now: number, before: number): void {
    const size = now * now + before * before;
    if (!(size > 1e-200)) return;
    this.#mean += Math.max(0.01, 1 / ++this.#count) * ((2 * now * before) / size - this.#mean);
  }

  get coefficient(): number {
    if (!(this.#mean > 0)) return 0;
    const phi = (2 * this.#mean) / (1 + this.#mean * this.#mean);
    const count = Math.max(30, Math.min(200, this.#count));
    return Math.min(0.998, phi + (1 + 3 * phi) / count);
  }
}

class Group {
  readonly features: readonly number[];
  isIn = false;
  isCandidate = false;
  evidence = new Evidence();

  constructor(features: readonly number[]) {
    this.features = features;
  }
}

export interface ReferenceChange {
  readonly step: number;
  readonly group: number;
  readonly entered: boolean;
  readonly saved: number;
}

/** The covariates expert in plain TypeScript; see the kernel's `covariates.ts` for the method. */
export class ReferenceCovariates {
  readonly #changes: (ReferenceChange | undefined)[] = [];
  readonly #p: number;
  readonly #groups: readonly Group[];
  readonly #agreement = new Agreement();
  /** Products of features, lower triangle, and with what is regressed. */
  readonly #matrix: number[][];
  readonly #right: number[];
  readonly #means: number[];
  readonly #present: number[];
  readonly #counts: number[];
  #theta: number[];
  readonly #staged: number[];
  #steps = 0;
  #missed = -1;
  #lacking = 0;
  #weight = 0;
  #weightSquares = 0;
  #meanY = 0;
  #lastY = 0;
  #size = 0;
  #sizes = 0;
  #total = 0;
  #previous: readonly number[] = [];

  /** @param sizes features of each group */
  constructor(sizes: readonly number[]) {
    let from = 0;
    this.#groups = sizes.map((size) => {
      const group = new Group(Array.from({ length: size }, (_, i) => from + i));
      from += size;
      return group;
    });
    this.#p = from;
    const zeros = (): number[] => Array.from({ length: from }, () => 0);
    [this.#right, this.#means, this.#present, this.#counts] = [zeros(), zeros(), zeros(), zeros()];
    [this.#theta, this.#staged] = [zeros(), zeros()];
    this.#matrix = this.#right.map((_, i) => Array.from({ length: i + 1 }, () => 0));
  }

  get admitted(): readonly number[] {
    return this.#groups.flatMap((group, g) => (group.isIn ? [g] : []));
  }

  update(y: number, features: readonly number[]): void {
    const row = features.map(Math.fround);
    this.#steps++;
    if (!(Math.abs(y) <= 1e30)) {
      if (this.#missed >= 0) this.#missed++;
      return;
    }
    this.#lacking = this.#isThere(row) ? 0 : this.#lacking + 1;
    if (this.#lacking > 24) this.#dropMissing(row);
    if (this.#missed < 0) this.#meanY = y;
    else if (this.#isThere(row) && this.#isThere(this.#previous)) this.#learnRow(y, row);
    this.#learnMeans(row);
    if (this.#weight >= 24) {
      this.#choose();
      this.#solveAll();
    }
    this.#lastY = y;
    this.#missed = 0;
    this.#previous = row;
  }

  /** @param rows features of steps 1, 2, … ahead */
  predict(rows: readonly (readonly number[])[]): number[] {
    const before = this.#deviations(this.#previous);
    const past = dot(this.#theta, before);
    const left = this.#lastY - this.#meanY - past;
    return rows.map((features, h) => {
      const row = features.map(Math.fround);
      if (!this.#isThere(row)) return NaN;
      const coming = dot(this.#theta, this.#deviations(row));
      if (!(Math.abs(coming - past) > 0.5 * this.#size)) return NaN;
      const forecast = this.#meanY + power(this.#agreement.coefficient, h + 1 + this.#missed) * left + coming;
      return Math.abs(forecast) <= 1e30 ? forecast : NaN;
    });
  }

  /** The newest 16, but those of groups that were forgotten since. */
  get changes(): readonly ReferenceChange[] {
    return this.#changes.slice(-16).filter((change) => change !== undefined);
  }

  forget(g: number): void {
    for (const [i, change] of this.#changes.entries()) if (change?.group === g) this.#changes[i] = undefined;
    const group = this.#groups[g]!;
    [group.isIn, group.isCandidate, group.evidence] = [false, false, new Evidence()];
    for (const vector of [this.#theta, this.#staged, this.#right, this.#means, this.#present, this.#counts]) {
      for (const i of group.features) vector[i] = 0;
    }
    this.#previous = this.#previous.map((x, i) => (group.features.includes(i) ? 0 : x));
    for (const [i, row] of this.#matrix.entries()) {
      for (const j of row.keys()) if (group.features.includes(i) || group.features.includes(j)) row[j] = 0;
    }
  }

  #isThere(row: readonly number[]): boolean {
    return this.#groups.every(
      ({ isIn, features }) => !isIn || features.every((i) => Number.isFinite(row[i])),
    );
  }

  #dropMissing(row: readonly number[]): void {
    for (const [g, group] of this.#groups.entries()) {
      if (!group.isIn || group.features.every((i) => Number.isFinite(row[i]))) continue;
      this.#changes.push({ step: this.#steps, group: g, entered: false, saved: 0 });
      group.isIn = false;
      group.evidence = new Evidence();
    }
  }

  #deviations(row: readonly number[]): number[] {
    return this.#means.map((mean, i) => (Number.isFinite(row[i]) ? row[i]! - mean : 0));
  }

  #learnRow(y: number, row: readonly number[]): void {
    const memory = power(this.#agreement.coefficient, this.#missed + 1);
    const [now, before] = [this.#deviations(row), this.#deviations(this.#previous)];
    const change = now.map((d, i) =>
      Number.isFinite(row[i]) && Number.isFinite(this.#previous[i]) ? d - memory * before[i]! : 0,
    );
    const last = this.#lastY - this.#meanY;
    const error = y - this.#meanY - memory * last - dot(this.#theta, change);
    const size = this.#size;
    const isKnown = ++this.#sizes > 20 && size > 0;
    if (isKnown) this.#weigh(error, change);
    if (this.#missed === 0) {
      this.#agreement.learn(y - this.#meanY - dot(this.#theta, now), last - dot(this.#theta, before));
    }
    const sized = isKnown ? Math.min(20 * size, Math.abs(error)) : Math.abs(error);
    this.#size = size + Math.max(0.02, 1 / this.#sizes) * (sized - size);
    const isNew = change.some((d, i) => d * d > 0.1 * this.#matrix[i]![i]!);
    this.#learn(isKnown && !isNew ? y - error + clamp(error, 6 * size) : y, change, memory);
  }

  #learn(y: number, change: readonly number[], memory: number): void {
    const value = y - this.#meanY - memory * (this.#lastY - this.#meanY);
    for (const [i, row] of this.#matrix.entries()) {
      for (const j of row.keys()) row[j] = LAMBDA * row[j]! + change[i]! * change[j]!;
      this.#right[i] = LAMBDA * this.#right[i]! + value * change[i]!;
    }
    this.#total = LAMBDA * this.#total + value * value;
    this.#weight = LAMBDA * this.#weight + 1;
    this.#weightSquares = LAMBDA * LAMBDA * this.#weightSquares + 1;
    this.#meanY += (y - this.#meanY) / (this.#weight + 1);
  }

  #learnMeans(row: readonly number[]): void {
    for (const [i, x] of row.entries()) {
      const isThere = Number.isFinite(x);
      this.#present[i] = LAMBDA * this.#present[i]! + (isThere ? 1 : 0);
      this.#counts[i] = LAMBDA * this.#counts[i]! + (isThere && x !== 0 ? 1 : 0);
      if (isThere) this.#means[i]! += (x - this.#means[i]!) / this.#present[i];
    }
  }

  #weigh(error: number, change: readonly number[]): void {
    const size = (e: number): number => Math.min(8 * this.#size, Math.abs(e));
    for (const { isIn, isCandidate, features, evidence } of this.#groups) {
      if (!isIn && !isCandidate) continue;
      const theta = isIn ? this.#theta : this.#staged;
      const share = dot(
        features.map((i) => theta[i]!),
        features.map((i) => change[i]!),
      );
      if (Math.abs(share) <= 0.25 * this.#size) continue;
      if (isIn) evidence.weigh(size(error + share), size(error));
      else evidence.weigh(size(error), size(error - share));
    }
  }

  #choose(): void {
    for (const [g, group] of this.#groups.entries()) {
      const { isIn, isCandidate, evidence } = group;
      if (!(isIn ? evidence.isUseless : isCandidate && evidence.isUseful)) continue;
      this.#changes.push({ step: this.#steps, group: g, entered: !isIn, saved: evidence.saved });
      group.isIn = !isIn;
      group.evidence = new Evidence();
    }
  }

  #solveAll(): void {
    this.#theta = this.#theta.map(() => 0);
    const admitted = this.#groups.filter((group) => group.isIn).flatMap((group) => group.features);
    const left = this.#total - this.#solve(admitted, this.#right, this.#theta);
    const rest = this.#unexplained();
    const noise = (left / this.#weight) * (this.#weightSquares / this.#weight);
    for (const group of this.#groups) {
      group.isCandidate = false;
      if (group.isIn) continue;
      const p = group.features.length;
      const explained = this.#solve(group.features, rest, this.#staged);
      group.isCandidate = explained > 0 && explained >= noise * (p + 5 * Math.sqrt(2 * p));
    }
  }

  /** Products of the features with what the model leaves. */
  #unexplained(): number[] {
    const rest = [...this.#right];
    for (const [i, row] of this.#matrix.entries()) {
      const coefficient = this.#theta[i]!;
      rest[i]! -= dot(row, this.#theta, i + 1);
      if (coefficient !== 0) for (let j = 0; j < i; j++) rest[j]! += -coefficient * row[j]!;
    }
    return rest;
  }

  /** Write the coefficients of some features; gives what they explain of the sum of squares. */
  #solve(features: readonly number[], right: readonly number[], into: number[]): number {
    const system = features.map((f, i) => {
      const energy = this.#matrix[f]![f]!;
      const ridge = energy > 1e-200 ? energy / Math.max(1, this.#counts[f]!) : 1;
      return [...features.slice(0, i).map((g) => this.#matrix[f]![g]!), energy + ridge];
    });
    const factor = features.length === 0 ? undefined : cholesky(system);
    if (factor === undefined) return 0;
    const half = solveLower(
      factor,
      features.map((f) => right[f]!),
    );
    const solution = solveUpper(factor, half);
    for (const [i, f] of features.entries()) into[f] = solution[i]!;
    return dot(half, half);
  }
}
