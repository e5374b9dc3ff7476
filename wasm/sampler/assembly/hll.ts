// HyperLogLog with 2¹² registers of a byte (Flajolet et al., 2007), read by Ertl's improved raw estimator
// ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6): no bias to correct at
// small and medium counts. Layout: histogram of register values (64 × i32), then the registers.

const REGISTERS: i32 = 4096;
const COUNTS: usize = 256;
/** Bits of the second hash that give the rank; ranks are 1 … 33. */
const Q: i32 = 32;
const ALPHA: f64 = 0.7213475204444817; // 1 / (2 ln 2)

/** Empty the sketch. */
export function hllClear(sketch: usize): void {
  memory.fill(sketch, 0, COUNTS + REGISTERS);
  store<i32>(sketch, REGISTERS);
}

/** Add `n` keys, two i32 hashes each: register from the first's top bits, rank from the second. */
export function hllAdd(sketch: usize, hashes: usize, n: i32): void {
  for (const end = hashes + (<usize>n << 3); hashes < end; hashes += 8) {
    const register = sketch + COUNTS + <usize>(load<u32>(hashes) >> 20);
    const rank = clz<u32>(load<u32>(hashes + 4)) + 1;
    const before = <u32>load<u8>(register);
    if (rank <= before) continue;
    store<u8>(register, rank);
    count(sketch, before, -1);
    count(sketch, rank, 1);
  }
}

// @ts-ignore: decorator
@inline
function count(sketch: usize, value: u32, by: i32): void {
  const at = sketch + (<usize>value << 2);
  store<i32>(at, load<i32>(at) + by);
}

/** Distinct keys added since the sketch was cleared. */
export function hllEstimate(sketch: usize): f64 {
  const m = <f64>REGISTERS;
  let z = m * tau(1.0 - <f64>load<i32>(sketch + ((Q + 1) << 2)) / m);
  for (let k = Q; k >= 1; k--) z = 0.5 * (z + <f64>load<i32>(sketch + (<usize>k << 2)));
  z += m * sigma(<f64>load<i32>(sketch) / m);
  return (ALPHA * m * m) / z;
}

function sigma(x: f64): f64 {
  if (x == 1.0) return Infinity;
  let y: f64 = 1.0, z = x, before: f64;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

function tau(x: f64): f64 {
  if (x == 0.0 || x == 1.0) return 0.0;
  let y: f64 = 1.0, z = 1.0 - x, before: f64;
  do {
    x = sqrt<f64>(x);
    before = z;
    y *= 0.5;
    z -= (1.0 - x) * (1.0 - x) * y;
  } while (z != before);
  return z / 3.0;
}
