/** Form of a decomposable model: what the kernel chooses by holdouts. */
export interface DecomposableForm {
  /** 0: constant trend, 1: straight line, 2 … 5: ever more bent. */
  readonly flexibility: number;
  readonly harmonics: number;
  /** 0: the trend goes on flat, 1 and 2: damped over a 32nd and an 8th of the window. */
  readonly ending: number;
}

/** A window and the lengths of its seasons, 0: none. */
export interface DecomposableWindow {
  readonly values: readonly number[];
  readonly season: number;
  readonly second: number;
}

const CHANGEPOINTS = 16;
const CHANGE_PART = 0.9;
const ORIGINS = 4;

const isPresent = (y: number): boolean => Math.abs(y) <= 1e30;

/** Seasons of a window of n steps: from two cycles on. */
function seasonsOf({ values, season, second }: DecomposableWindow): number[] {
  const fits = (m: number): boolean => m >= 2 && 2 * m <= values.length;
  return [fits(season) ? season : 0, fits(second) && second !== season ? second : 0];
}

/** Most harmonics of either season. */
export function mostHarmonics(window: DecomposableWindow): number {
  return Math.max(...seasonsOf(window).map((m) => Math.min(10, Math.floor(m / 2))));
}

function changepoints(n: number): number[] {
  const count = Math.min(CHANGEPOINTS, Math.floor(n / 6));
  return Array.from({ length: count }, (_, j) => (CHANGE_PART * (j + 1)) / (count + 1));
}

/** Trend regressors at step t of a window of n. */
function trendRow(n: number, t: number): number[] {
  return [1, t / n, ...changepoints(n).map((c) => Math.max(0, t / n - c))];
}

/** What one step adds to them. */
function slopeRow(n: number, t: number): number[] {
  return [0, 1 / n, ...changepoints(n).map((c) => (t / n > c ? 1 / n : 0))];
}

/** Seasonal regressors at step t, which may lie beyond the window. */
function seasonRow(window: DecomposableWindow, harmonics: number, t: number): number[] {
  const row: number[] = [];
  for (const m of seasonsOf(window)) {
    for (let k = 1; k <= Math.min(harmonics, Math.floor(m / 2)); k++) {
      const angle = (2 * Math.PI * k * (t % m)) / m;
      row.push(Math.cos(angle), Math.sin(angle));
    }
  }
  return row;
}

function penalties(form: DecomposableForm, changes: number, seasonal: number): number[] {
  const bent = form.flexibility < 2 ? 1e9 : 0.01 * 10 ** (5 - form.flexibility);
  const slope = form.flexibility === 0 ? 1e9 : 1e-3;
  return [1e-6, slope, ...Array<number>(changes).fill(bent), ...Array<number>(seasonal).fill(0.1)];
}

/** Coefficients of min |y − Xθ|² + Σ λθ² by Householder reflections of X over √Λ (Golub & Van Loan, section 5.3). */
function ridge(x: readonly number[][], y: readonly number[], lambda: readonly number[]): number[] {
  const p = lambda.length;
  const rows = [
    ...x.map((row, i) => [...row, y[i]!]),
    ...lambda.map((l, i) => Array.from({ length: p + 1 }, (_, j) => (i === j ? Math.sqrt(l) : 0))),
  ];
  for (let j = 0; j < p; j++) reflect(rows, j);
  const theta = Array<number>(p).fill(0);
  for (let j = p - 1; j >= 0; j--) {
    const known = theta.reduce((sum, value, i) => (i > j ? sum + value * rows[j]![i]! : sum), 0);
    theta[j] = (rows[j]![p]! - known) / rows[j]![j]!;
  }
  return theta;
}

/** Make column j zero below its diagonal. */
function reflect(rows: number[][], j: number): void {
  const norm = Math.hypot(...rows.slice(j).map((row) => row[j]!));
  if (norm === 0) return;
  const v = rows.map((row, i) => (i < j ? 0 : row[j]!));
  v[j]! += v[j]! >= 0 ? norm : -norm;
  const square = v.reduce((sum, value) => sum + value * value, 0);
  for (let column = j; column < rows[0]!.length; column++) {
    const factor = (2 / square) * rows.reduce((sum, row, i) => sum + v[i]! * row[column]!, 0);
    for (const [i, row] of rows.entries()) row[column]! -= factor * v[i]!;
  }
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Factor per step of the slope beyond the end of a window of n steps. */
export function endingDamping(n: number, ending: number): number {
  return ending === 0 ? 0 : 1 - 1 / Math.max(2 * ending, Math.floor(n / (ending === 1 ? 32 : 8)));
}

/** Trend, seasons and degrees of freedom of a form fitted to the first `count` steps of a window, in units of the data. */
class Regression {
  readonly trend: readonly number[];
  readonly seasonal: readonly number[];
  readonly shift: number;
  readonly unit: number;
  readonly #window: DecomposableWindow;
  readonly #form: DecomposableForm;
  readonly #x: number[][];
  readonly #lambda: number[];

  constructor(window: DecomposableWindow, form: DecomposableForm, count: number) {
    const all = window.values.filter(isPresent);
    const mean = all.reduce((sum, y) => sum + y / all.length, 0);
    const deviation = Math.sqrt(all.reduce((sum, y) => sum + (y - mean) ** 2 / all.length, 0));
    this.shift = mean;
    this.unit = deviation > 1e-14 * Math.abs(mean) && deviation > 1e-150 ? deviation : 1;
    this.#window = window;
    this.#form = form;
    const n = window.values.length;
    const steps = [...window.values.keys()].slice(0, count).filter((t) => isPresent(window.values[t]!));
    const changes = changepoints(n).length;
    this.#x = steps.map((t) => [...trendRow(n, t), ...seasonRow(window, form.harmonics, t)]);
    this.#lambda = penalties(form, changes, seasonRow(window, form.harmonics, 0).length);
    const y = steps.map((t) => (window.values[t]! - mean) / this.unit);
    const theta = ridge(this.#x, y, this.#lambda);
    this.trend = theta.slice(0, 2 + changes);
    this.seasonal = theta.slice(2 + changes);
  }

  trendAt(t: number): number {
    return this.shift + this.unit * dot(this.trend, trendRow(this.#window.values.length, t));
  }

  slopeAt(t: number): number {
    return this.unit * dot(this.trend, slopeRow(this.#window.values.length, t));
  }

  seasonAt(t: number): number {
    return this.unit * dot(this.seasonal, seasonRow(this.#window, this.#form.harmonics, t));
  }

  /** tr(X(X′X + Λ)⁻¹X′): what each value adds to its own fit. */
  degreesOfFreedom(): number {
    const ones = this.#x.map((_, i) => this.#x.map((__, j) => (i === j ? 1 : 0)));
    return ones.reduce((sum, y, i) => sum + dot(ridge(this.#x, y, this.#lambda), this.#x[i]!), 0);
  }
}

/** Errors of a form over four holdouts at the window's end, in the order of time; undefined where no value is. */
export function holdoutErrors(window: DecomposableWindow, form: DecomposableForm): (number | undefined)[][] {
  const n = window.values.length;
  if (n < 24) return [];
  const length = Math.max(2, Math.floor(n / 12));
  // Only every so many pairs of a long holdout are looked at.
  const every = 2 * Math.ceil(length / 32);
  const damping = endingDamping(n, form.ending);
  return Array.from({ length: ORIGINS }, (_, origin) => {
    const from = n - (ORIGINS - origin) * length;
    const fit = new Regression(window, form, from);
    let [power, reach] = [1, 0];
    return Array.from({ length }, (__, h) => {
      power *= damping;
      reach += power;
      const y = window.values[from + h]!;
      if (h % every > 1 || !isPresent(y)) return undefined;
      return y - (fit.trendAt(from - 1) + reach * fit.slopeAt(from - 1) + fit.seasonAt(from + h));
    });
  });
}

/** Mean square of errors and mean product of neighbours; undefined without any. */
function moments(errors: readonly (number | undefined)[][]): { power?: number; product?: number } {
  const squares = errors.flat().filter((e) => e !== undefined);
  const products = errors.flatMap((row) =>
    row.flatMap((e, i) => {
      const before = i > 0 ? row[i - 1] : undefined;
      return e === undefined || before === undefined ? [] : [e * before];
    }),
  );
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  return {
    ...(squares.length > 0 && { power: mean(squares.map((e) => e * e)) }),
    ...(products.length > 0 && { product: mean(products) }),
  };
}

/** A decomposable model of a given form fitted to a window, which then follows the series. */
export class ReferenceDecomposable {
  readonly logLikelihood: number;
  readonly aicc: number;
  readonly #window: DecomposableWindow;
  readonly #fit: Regression;
  readonly #damping: number;
  readonly #bounds: readonly [number, number];
  readonly #slopeNoise: number;
  #steps: number;
  #level: number;
  #slope: number;
  #power: number;
  #product: number;
  #residual: number;
  /** Missing steps since the residual was seen. */
  #missed: number;

  constructor(window: DecomposableWindow, form: DecomposableForm) {
    const { values } = window;
    const n = values.length;
    const fit = new Regression(window, form, n);
    this.#window = window;
    this.#fit = fit;
    this.#damping = endingDamping(n, form.ending);
    const residuals = values.map((y, t) => (isPresent(y) ? y - fit.trendAt(t) - fit.seasonAt(t) : undefined));
    const within = moments([residuals]);
    const outside = moments(holdoutErrors(window, form));
    const present = values.filter(isPresent);
    const df = fit.degreesOfFreedom();
    const per = present.length / Math.max(1, present.length - df);
    this.#power = outside.power ?? within.power! * per;
    this.#product = outside.product ?? (within.product ?? 0) * per;
    const [low, high] = [Math.min(...present), Math.max(...present)];
    this.#bounds = [2 * low - high, 2 * high - low];
    const changes = fit.trend.slice(2).map((change) => (change * fit.unit) / n);
    const spacing = (CHANGE_PART * n) / (changes.length + 1);
    this.#slopeNoise = changes.length === 0 ? 0 : dot(changes, changes) / changes.length / spacing;
    this.#steps = n;
    this.#level = fit.trendAt(n - 1);
    this.#slope = fit.slopeAt(n - 1);
    const last = residuals.findLastIndex((r) => r !== undefined);
    this.#missed = n - 1 - last;
    this.#residual = residuals[last]! * this.memory ** this.#missed;
    const errors = within.power! * (1 + this.memory ** 2) - 2 * this.memory * (within.product ?? 0);
    const variance = Math.max(errors, 1e-30 * fit.unit ** 2);
    const k = df + 2;
    this.logLikelihood = (-present.length / 2) * (Math.log(2 * Math.PI * variance) + 1);
    this.aicc = 2 * k - 2 * this.logLikelihood + (2 * k * (k + 1)) / (present.length - k - 1);
  }

  get memory(): number {
    return this.#power > 0 ? Math.max(0, Math.min(0.98, this.#product / this.#power)) : 0;
  }

  update(y: number): void {
    this.#slope *= this.#damping;
    this.#level += this.#slope;
    const before = this.#residual;
    const t = this.#steps++;
    if (!isPresent(y)) {
      this.#residual *= this.memory;
      this.#missed++;
      return;
    }
    this.#residual = y - this.#bounded(this.#level + this.#fit.seasonAt(t));
    if (this.#missed === 0) {
      this.#power += 0.02 * (this.#residual ** 2 - this.#power);
      this.#product += 0.02 * (this.#residual * before - this.#product);
    }
    this.#missed = 0;
  }

  predict(count: number): { mean: number[]; variance: number[] } {
    const mean: number[] = [];
    const variance: number[] = [];
    const noise = endingDamping(this.#window.values.length, 2);
    let trend = 0;
    for (let h = 1; h <= count; h++) {
      const sum = (phi: number, i: number): number =>
        Array.from({ length: i }, (_, j) => phi ** (j + 1)).reduce((a, b) => a + b, 0);
      trend += sum(noise, h) ** 2;
      const structure =
        this.#level + sum(this.#damping, h) * this.#slope + this.#fit.seasonAt(this.#steps + h - 1);
      mean.push(this.#bounded(structure) + this.memory ** h * this.#residual);
      variance.push(this.#power * (1 - this.memory ** (2 * (h + this.#missed))) + this.#slopeNoise * trend);
    }
    return { mean, variance };
  }

  #bounded(value: number): number {
    return Math.max(this.#bounds[0], Math.min(this.#bounds[1], value));
  }
}
