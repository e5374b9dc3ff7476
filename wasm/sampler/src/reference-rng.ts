/** The kernels' four interleaved xoshiro128** generators; see `assembly/rng.ts` for the source of the method. */
export class ReferenceRng {
  /** Word-major: a0 a1 a2 a3 b0 … d3. */
  readonly #state = new Uint32Array(16);

  constructor(seed: number) {
    let s = seed >>> 0;
    for (let lane = 0; lane < 4; lane++) {
      for (let word = 0; word < 4; word++) {
        s = (s + 0x9e3779b9) >>> 0;
        let z = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
        z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
        this.#state[word * 4 + lane] = z ^ (z >>> 15);
      }
    }
  }

  /** The next 32 bits of one of the generators. */
  next(lane: number): number {
    const s = this.#state;
    let a = s[lane]!;
    let b = s[4 + lane]!;
    let c = s[8 + lane]!;
    let d = s[12 + lane]!;
    const m = Math.imul(b, 5);
    const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    s[lane] = a;
    s[4 + lane] = b;
    s[8 + lane] = c;
    s[12 + lane] = d;
    return result;
  }

  /** A uniform number in (0, 1) of generators 0 and 2. */
  uniform(): number {
    const high = this.next(0);
    return fraction(high, this.next(2));
  }
}

/** (52 random bits + ½) · 2⁻⁵², in (0, 1). */
export function fraction(high: number, low: number): number {
  return (high * 1048576 + (low >>> 12) + 0.5) * 2.220446049250313e-16;
}

/** ⌊u · bound / 2³²⌋ in 64-bit integers. */
export function bounded(u: number, bound: number): number {
  return Number((BigInt(u) * BigInt(bound)) >> 32n);
}
