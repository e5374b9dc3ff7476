/** Complex numbers, real and imaginary parts apart. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Discrete Fourier transform of any length by recursion over its prime factors (Cooley & Tukey 1965): O(n·Σ factors).
 * @param sign −1 forward, 1 back (not scaled)
 */
export function dft(x: Spectrum, sign: 1 | -1): Spectrum {
  const n = x.re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  if (n > 0) transform(x, out, { n, from: 0, stride: 1, to: 0, sign });
  return out;
}

interface Part {
  readonly n: number;
  readonly from: number;
  readonly stride: number;
  readonly to: number;
  readonly sign: 1 | -1;
}

function transform(x: Spectrum, out: Spectrum, part: Part): void {
  const { n, from, stride, to, sign } = part;
  if (n === 1) {
    out.re[to] = x.re[from]!;
    out.im[to] = x.im[from]!;
    return;
  }
  const radix = smallestFactor(n);
  const m = n / radix;
  for (let r = 0; r < radix; r++) {
    transform(x, out, { n: m, from: from + r * stride, stride: stride * radix, to: to + r * m, sign });
  }
  const re = new Float64Array(radix);
  const im = new Float64Array(radix);
  for (let k = 0; k < m; k++) {
    for (let q = 0; q < radix; q++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let r = 0; r < radix; r++) {
        const angle = (sign * 2 * Math.PI * r * (k + q * m)) / n;
        const cos = Math.cos(angle);
        const sin = Math.sin(angle);
        const at = to + r * m + k;
        sumRe += out.re[at]! * cos - out.im[at]! * sin;
        sumIm += out.re[at]! * sin + out.im[at]! * cos;
      }
      re[q] = sumRe;
      im[q] = sumIm;
    }
    for (let q = 0; q < radix; q++) {
      out.re[to + q * m + k] = re[q]!;
      out.im[to + q * m + k] = im[q]!;
    }
  }
}

function smallestFactor(n: number): number {
  for (let f = 2; f * f <= n; f++) if (n % f === 0) return f;
  return n;
}

/** Autocorrelation at a lag, mean removed, not padded: 1 at lag 0. */
export function autocorrelation(x: ArrayLike<number>, lag: number): number {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += x[i]! / x.length;
  let product = 0;
  let power = 0;
  for (let i = 0; i < x.length; i++) {
    const centred = x[i]! - mean;
    power += centred * centred;
    if (i >= lag) product += centred * (x[i - lag]! - mean);
  }
  return power > 0 ? product / power : 0;
}
