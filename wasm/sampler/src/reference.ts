import { log } from './log.ts';

/** The skip samplers in TypeScript: what the kernel must equal bit for bit, and its rival in benchmarks. */
export class ReferenceSampler {
  /** Word-major: a0 a1 a2 a3 b0 … d3. */
  readonly #state = new Uint32Array(16);
  #carry = -1;

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

  /** Every `interval`-th record, from a random phase on. */
  fillSystematic(table: Int32Array, interval: number): void {
    table.fill(interval - 1);
    if (this.#carry !== -1) return;
    table[0] = place(this.#next(0), interval);
    this.#carry = 0;
  }

  /** One random record in each block of `interval`; the table's length is a multiple of 4. */
  fillStratified(table: Int32Array, interval: number): void {
    let carry = this.#carry === -1 ? interval - 1 : this.#carry;
    for (let i = 0; i < table.length; i++) {
      const taken = place(this.#next(i & 3), interval);
      table[i] = interval - 1 - carry + taken;
      carry = taken;
    }
    this.#carry = carry;
  }

  /** Geometric gaps; `scale` from `geometricScale`. The table's length is even. */
  fillBernoulli(table: Int32Array, scale: number): void {
    for (let i = 0; i < table.length; i += 2) {
      const high0 = this.#next(0);
      const high1 = this.#next(1);
      table[i] = gap(high0, this.#next(2), scale);
      table[i + 1] = gap(high1, this.#next(3), scale);
    }
  }

  #next(lane: number): number {
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
}

/** ⌊u · bound / 2³²⌋ in 64-bit integers. */
function place(u: number, bound: number): number {
  return Number((BigInt(u) * BigInt(bound)) >> 32n);
}

function gap(high: number, low: number, scale: number): number {
  const u = (high * 1048576 + (low >>> 12) + 0.5) * 2.220446049250313e-16;
  return Math.min(Math.trunc(log(u) * scale), 0x7fffffff);
}

const REGISTERS = 4096;
const Q = 32;
const ALPHA = 0.7213475204444817;

/** HyperLogLog with Ertl's estimator in TypeScript; see the kernel for the source of the method. */
export class ReferenceSketch {
  readonly #registers = new Uint8Array(REGISTERS);

  /** Add one key by its two hashes. */
  add(a: number, b: number): void {
    const register = a >>> 20;
    this.#registers[register] = Math.max(this.#registers[register]!, Math.clz32(b) + 1);
  }

  /** Distinct keys added so far. */
  estimate(): number {
    const counts = new Int32Array(Q + 2);
    for (const rank of this.#registers) counts[rank]!++;
    let z = REGISTERS * tau(1 - counts[Q + 1]! / REGISTERS);
    for (let k = Q; k >= 1; k--) z = 0.5 * (z + counts[k]!);
    z += REGISTERS * sigma(counts[0]! / REGISTERS);
    return (ALPHA * REGISTERS * REGISTERS) / z;
  }
}

function sigma(x: number): number {
  if (x === 1) return Infinity;
  let y = 1;
  let power = x;
  let z = x;
  let before: number;
  do {
    power *= power;
    before = z;
    z += power * y;
    y += y;
  } while (z !== before);
  return z;
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let y = 1;
  let root = x;
  let z = 1 - x;
  let before: number;
  do {
    root = Math.sqrt(root);
    before = z;
    y *= 0.5;
    z -= (1 - root) * (1 - root) * y;
  } while (z !== before);
  return z / 3;
}
