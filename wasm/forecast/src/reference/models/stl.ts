/**
 * STL as Cleveland, Cleveland, McRae & Terpenning (1990) write it, with the defaults of R's stl, and MSTL over it, without
 * regard to cost. Missing values are NaN: loess then takes the nearest values that are there.
 */

/** A value at a position, with a weight of its own. */
interface Point {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

export interface StlOptions {
  /** Span of the seasonal smoother in cycles; `periodic`: the same in every cycle. */
  readonly window: number | 'periodic';
  readonly robust?: boolean;
}

export interface StlComponents {
  readonly seasonal: readonly number[];
  readonly trend: readonly number[];
}

export interface MstlComponents {
  /** One component per season, shortest first. */
  readonly seasonal: readonly (readonly number[])[];
  readonly trend: readonly number[];
  /** The series without its seasons. */
  readonly adjusted: readonly number[];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const odd = (span: number): number => Math.max(3, span) + (Math.max(3, span) % 2 === 0 ? 1 : 0);

/** The loess fit at x (section 2.1); undefined if no point of the span has any weight. */
function loess(points: readonly Point[], x: number, span: number, degree: 0 | 1): number | undefined {
  const near = [...points].sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x) || a.x - b.x).slice(0, span);
  const extra = span > points.length ? Math.floor((span - points.length) / 2) : 0;
  const width = Math.max(...near.map((p) => Math.abs(p.x - x))) + extra;
  const tricube = (r: number): number => {
    if (r > 0.999 * width) return 0;
    return r <= 0.001 * width ? 1 : (1 - (r / width) ** 3) ** 3;
  };
  const raw = near.map((p) => p.weight * tricube(Math.abs(p.x - x)));
  const total = sum(raw);
  if (total <= 0) return undefined;
  const weights = raw.map((w) => w / total);
  const level = sum(near.map((p, i) => weights[i]! * p.y));
  if (degree === 0 || width <= 0) return level;
  const centre = sum(near.map((p, i) => weights[i]! * p.x));
  const spread = sum(near.map((p, i) => weights[i]! * (p.x - centre) ** 2));
  const range = Math.max(...points.map((p) => p.x)) - Math.min(...points.map((p) => p.x));
  if (Math.sqrt(spread) <= 0.001 * range) return level;
  return sum(near.map((p, i) => weights[i]! * (1 + ((x - centre) * (p.x - centre)) / spread) * p.y));
}

/** Loess at positions 1 … n: at every tenth of the span, straight lines in between. */
function smooth(points: readonly Point[], n: number, span: number, degree: 0 | 1, jump: number): number[] {
  if (points.length === 0) return new Array<number>(n).fill(NaN);
  const closest = (x: number): number =>
    points.reduce((best, p) => (Math.abs(p.x - x) < Math.abs(best.x - x) ? p : best)).y;
  const stride = Math.max(1, Math.min(jump, n - 1));
  const knots: { x: number; value: number }[] = [];
  for (let x = 1; ; x = Math.min(x + stride, n)) {
    knots.push({ x, value: loess(points, x, span, degree) ?? closest(x) });
    if (x === n) break;
  }
  return Array.from({ length: n }, (_, i) => {
    const x = i + 1;
    const right = knots.findIndex((knot) => knot.x >= x);
    const b = knots[right]!;
    if (b.x === x) return b.value;
    const a = knots[right - 1]!;
    return a.value + ((b.value - a.value) * (x - a.x)) / (b.x - a.x);
  });
}

const jumpOf = (span: number): number => Math.ceil(span / 10);
const averages = (x: readonly number[], length: number): number[] =>
  Array.from({ length: x.length - length + 1 }, (_, i) => mean(x.slice(i, i + length)));

function pointsOf(y: readonly number[], weights: readonly number[]): Point[] {
  return y.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ x: i + 1, y: value, weight: weights[i]! }]));
}

/** The smoothed cycle-subseries, from one cycle before the first value to one after the last (step 2). */
function smoothedCycles(
  detrended: readonly number[],
  m: number,
  window: number,
  weights: readonly number[],
): number[] {
  const n = detrended.length;
  const out = new Array<number>(n + 2 * m).fill(NaN);
  for (let j = 0; j < m; j++) {
    const ofPhase = (x: readonly number[]): number[] => x.filter((_, i) => i % m === j);
    const points = pointsOf(ofPhase(detrended), ofPhase(weights));
    if (points.length === 0) continue;
    const length = ofPhase(detrended).length;
    const inside = smooth(points, length, odd(window), 0, jumpOf(window));
    const before = loess(points, 0, odd(window), 0) ?? inside[0]!;
    const after = loess(points, length + 1, odd(window), 0) ?? inside[length - 1]!;
    for (const [r, value] of [before, ...inside, after].entries()) out[r * m + j] = value;
  }
  return bridged(out);
}

/** What is missing lies on a line between its neighbours, at the ends on the level of the one. */
function bridged(x: readonly number[]): number[] {
  return x.map((value, i) => {
    if (!Number.isNaN(value)) return value;
    let left = i;
    while (left >= 0 && Number.isNaN(x[left])) left--;
    let right = i;
    while (right < x.length && Number.isNaN(x[right])) right++;
    if (left < 0 && right === x.length) return 0;
    if (left < 0) return x[right]!;
    if (right === x.length) return x[left]!;
    return x[left]! + ((x[right]! - x[left]!) * (i - left)) / (right - left);
  });
}

/** Bisquare weights of the remainder over six times its median size (section 2.4); 0 where missing. */
function robustness(remainder: readonly number[]): number[] {
  const sizes = remainder
    .filter((r) => !Number.isNaN(r))
    .map(Math.abs)
    .sort((a, b) => a - b);
  const most = 3 * (sizes[Math.floor(sizes.length / 2)]! + sizes[Math.floor((sizes.length - 1) / 2)]!);
  return remainder.map((r) => {
    const size = Math.abs(r);
    if (size <= 0.001 * most) return 1;
    return size <= 0.999 * most ? (1 - (size / most) ** 2) ** 2 : 0;
  });
}

/** STL of one season of m steps. */
export function stl(y: readonly number[], m: number, { window, robust = false }: StlOptions): StlComponents {
  const n = y.length;
  const span = window === 'periodic' ? 10 * n + 1 : window;
  const trendSpan = odd(Math.ceil((1.5 * m) / (1 - 1.5 / span)));
  let weights = new Array<number>(n).fill(1);
  let trend = new Array<number>(n).fill(0);
  let seasonal = trend;
  for (let outer = 0; outer <= (robust ? 15 : 0); outer++) {
    for (let inner = 0; inner < (robust ? 1 : 2); inner++) {
      const cycles = smoothedCycles(
        y.map((v, i) => v - trend[i]!),
        m,
        span,
        weights,
      );
      const low = averages(averages(averages(cycles, m), m), 3);
      const lowPass = smooth(pointsOf(low, new Array<number>(n).fill(1)), n, odd(m), 1, jumpOf(odd(m)));
      seasonal = lowPass.map((value, i) => cycles[m + i]! - value);
      const adjusted = y.map((v, i) => v - seasonal[i]!);
      trend = smooth(pointsOf(adjusted, weights), n, trendSpan, 1, jumpOf(trendSpan));
    }
    weights = robustness(y.map((v, i) => v - trend[i]! - seasonal[i]!));
  }
  if (window !== 'periodic') return { seasonal, trend };
  const figure = Array.from({ length: m }, (_, j) => mean(seasonal.filter((_, i) => i % m === j)));
  return { seasonal: seasonal.map((_, i) => figure[i % m]!), trend };
}

/**
 * MSTL (Bandara, Hyndman & Bergmeir 2021): the seasons are taken out one after the other, shortest first, and with two of
 * them once more, each with the other out of the way. Without a window, spans are 11 and 15 cycles.
 */
export function mstl(
  y: readonly number[],
  seasons: readonly number[],
  { window, robust = false }: Partial<StlOptions> = {},
): MstlComponents {
  const seasonal = seasons.map(() => new Array<number>(y.length).fill(0));
  let adjusted = [...y];
  let trend: readonly number[] = [];
  for (let round = 0; round < (seasons.length > 1 ? 2 : 1); round++) {
    for (const [i, m] of seasons.entries()) {
      const own = adjusted.map((v, t) => v + seasonal[i]![t]!);
      const fit = stl(own, m, { window: window ?? 7 + 4 * (i + 1), robust });
      seasonal[i] = [...fit.seasonal];
      trend = fit.trend;
      adjusted = own.map((v, t) => v - fit.seasonal[t]!);
    }
  }
  return { seasonal, trend, adjusted };
}
