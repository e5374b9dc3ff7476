import type { EtsForm, EtsParameters, EtsStates } from './ets.ts';

/** Means and variances of an ETS model's forecasts by the matrices of Hyndman et al. (2008), chapter 6. */
export interface EtsForecasts {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

type Matrix = readonly (readonly number[])[];

const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const product = (first: Matrix, ...others: readonly Matrix[]): Matrix => others.reduce(times, first);
const plus = (...matrices: readonly Matrix[]): Matrix =>
  matrices[0]!.map((row, i) => row.map((_, j) => matrices.reduce((sum, a) => sum + a[i]![j]!, 0)));
const scaled = (a: Matrix, factor: number): Matrix => a.map((row) => row.map((v) => v * factor));
const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
const kronecker = (a: Matrix, b: Matrix): Matrix =>
  a.flatMap((row) => b.map((other) => row.flatMap((v) => other.map((w) => v * w))));

/** Rotation of seasonal states, the next step's first: it goes to the end. */
function rotation(m: number): number[][] {
  const f = zeros(m, m);
  for (let i = 0; i < m; i++) f[i]![(i + 1) % m] = 1;
  return f;
}

/** y = w'x + ε, x = F x + g ε for forms without a multiplicative season; x = (level, slope, seasonal states). */
function linearSystem(form: EtsForm, { alpha, beta, gamma, phi }: EtsParameters, m: number) {
  const seasonal = form.season === 'N' ? 0 : m;
  const f = zeros(2 + seasonal, 2 + seasonal);
  f[0]![0] = 1;
  f[0]![1] = f[1]![1] = phi;
  for (const [i, row] of rotation(seasonal).entries()) row.forEach((v, j) => (f[2 + i]![2 + j] = v));
  const w = [1, phi, ...new Array<number>(seasonal).fill(0)];
  const g = [alpha, beta, ...new Array<number>(seasonal).fill(0)];
  if (seasonal > 0) w[2] = 1;
  if (seasonal > 0) g[1 + seasonal] = gamma;
  return { f, w: [w] as Matrix, g: transpose([g]) };
}

/** Classes 1 and 2 (sections 6.3.1, 6.3.2): c_j = w' F^(j−1) g. */
function linearForecasts(
  form: EtsForm,
  parameters: EtsParameters,
  states: EtsStates,
  sigma2: number,
  count: number,
): EtsForecasts {
  const { f, w, g } = linearSystem(form, parameters, states.shape.length);
  const mean: number[] = [];
  const c: number[] = [];
  let x: Matrix = transpose([[states.level, states.slope, ...states.shape]]);
  let response = g;
  for (let h = 0; h < count; h++) {
    mean.push(product(w, x)[0]![0]!);
    c.push(product(w, response)[0]![0]!);
    x = product(f, x);
    response = product(f, response);
  }
  const theta: number[] = [];
  const variance = mean.map((mu, h) => {
    if (form.error === 'A') return sigma2 * (1 + c.slice(0, h).reduce((sum, v) => sum + v * v, 0));
    theta.push(mu * mu + sigma2 * c.slice(0, h).reduce((sum, v, j) => sum + v * v * theta[h - 1 - j]!, 0));
    return (1 + sigma2) * theta[h]! - mu * mu;
  });
  return { mean, variance };
}

/** Class 3 (section 6.3.3): the states are the products of (level, slope) with every seasonal state. */
function multiplicativeForecasts(
  { alpha, beta, gamma, phi }: EtsParameters,
  states: EtsStates,
  sigma2: number,
  count: number,
): EtsForecasts {
  const m = states.shape.length;
  const h1: Matrix = [[1, phi]];
  const f1: Matrix = [
    [1, phi],
    [0, phi],
  ];
  const g1: Matrix = [
    [alpha, alpha * phi],
    [beta, beta * phi],
  ];
  const h2: Matrix = [[1, ...new Array<number>(m - 1).fill(0)]];
  const f2 = rotation(m);
  const g2 = zeros(m, m);
  g2[m - 1]![0] = gamma;
  const h21 = kronecker(h2, h1);
  const f21 = kronecker(f2, f1);
  const g21 = kronecker(g2, g1);
  const k = plus(kronecker(g2, f1), kronecker(f2, g1));
  // vec of (level, slope)' × shape, and its covariance.
  let mean: Matrix = transpose([states.shape.flatMap((s) => [states.level * s, states.slope * s])]);
  let v: Matrix = zeros(2 * m, 2 * m);
  const out = { mean: [] as number[], variance: [] as number[] };
  for (let h = 0; h < count; h++) {
    const mu = product(h21, mean)[0]![0]!;
    const spread = product(h21, v, transpose(h21))[0]![0]!;
    out.mean.push(mu);
    out.variance.push((1 + sigma2) * spread + sigma2 * mu * mu);
    const outer = product(mean, transpose(mean));
    const cross = product(f21, v, transpose(g21));
    const noise = plus(
      cross,
      transpose(cross),
      product(k, plus(v, outer), transpose(k)),
      scaled(product(g21, plus(scaled(v, 3), scaled(outer, 2)), transpose(g21)), sigma2),
    );
    v = plus(product(f21, v, transpose(f21)), scaled(noise, sigma2));
    mean = plus(product(f21, mean), scaled(product(g21, mean), sigma2));
  }
  return out;
}

/** Forecasts of steps 1 … count from the states after the last value. */
export function forecastEts(
  form: EtsForm,
  parameters: EtsParameters,
  states: EtsStates,
  sigma2: number,
  count: number,
): EtsForecasts {
  return form.season === 'M'
    ? multiplicativeForecasts(parameters, states, sigma2, count)
    : linearForecasts(form, parameters, states, sigma2, count);
}
