import { log } from './log.ts';
import { bounded, fraction, ReferenceRng } from './reference-rng.ts';

/** The skip samplers in TypeScript: what the kernel must equal bit for bit, and its rival in benchmarks. */
export class ReferenceSampler {
  readonly #rng: ReferenceRng;
  #carry = -1;

  constructor(seed: number) {
    this.#rng = new ReferenceRng(seed);
  }

  /** Every `interval`-th record, from a random phase on. */
  fillSystematic(table: Int32Array, interval: number): void {
    table.fill(interval - 1);
    if (this.#carry !== -1) return;
    table[0] = bounded(this.#rng.next(0), interval);
    this.#carry = 0;
  }

  /** One random record in each block of `interval`; the table's length is a multiple of 4. */
  fillStratified(table: Int32Array, interval: number): void {
    let carry = this.#carry === -1 ? interval - 1 : this.#carry;
    for (let i = 0; i < table.length; i++) {
      const taken = bounded(this.#rng.next(i & 3), interval);
      table[i] = interval - 1 - carry + taken;
      carry = taken;
    }
    this.#carry = carry;
  }

  /** Geometric gaps; `scale` from `geometricScale`. The table's length is even. */
  fillBernoulli(table: Int32Array, scale: number): void {
    for (let i = 0; i < table.length; i += 2) {
      const high0 = this.#rng.next(0);
      const high1 = this.#rng.next(1);
      table[i] = gap(high0, this.#rng.next(2), scale);
      table[i + 1] = gap(high1, this.#rng.next(3), scale);
    }
  }
}

function gap(high: number, low: number, scale: number): number {
  return Math.min(Math.trunc(log(fraction(high, low)) * scale), 0x7fffffff);
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
