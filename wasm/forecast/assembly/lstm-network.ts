// Weights of a network, shared by all series of a stream and resolution, packed so that a step reads them once, in
// order. Header, then the cell: per four units a row of 16 f32 (input, forget, cell, output gate × 4 units) for the bias,
// each input and each hidden unit. Then the head: per four horizons a row of 12 f32 (median, lower, upper gap × 4
// horizons) for the bias and each hidden unit; horizons that fill a row up have zeros.

/** What enters a step; see `scaleInputs`. */
export const INPUTS: i32 = 6;
export const MOST_UNITS: i32 = 128;
export const MOST_HORIZONS: i32 = 64;
/** Far beyond what training gives, and near enough that no sum overflows. */
const MOST_WEIGHT: f32 = 1e4;

const MAGIC: i32 = 0x4d54534c;
const UNITS: usize = 4;
const HORIZONS: usize = 8;
const HEADER_BYTES: usize = 16;

// @ts-ignore: decorator
@inline
export function isLoaded(network: usize): bool { return load<i32>(network) == MAGIC; }
// @ts-ignore: decorator
@inline
export function unitsOf(network: usize): i32 { return load<i32>(network, UNITS); }
// @ts-ignore: decorator
@inline
export function horizonsOf(network: usize): i32 { return load<i32>(network, HORIZONS); }
// @ts-ignore: decorator
@inline
export function cellOf(network: usize): usize { return network + HEADER_BYTES; }
// @ts-ignore: decorator
@inline
export function headOf(network: usize): usize { return cellOf(network) + <usize>cellBytes(unitsOf(network)); }

function isShape(inputs: i32, units: i32, horizons: i32): bool {
  const hasUnits = units > 0 && units <= MOST_UNITS && (units & 3) == 0;
  return inputs == INPUTS && hasUnits && horizons > 0 && horizons <= MOST_HORIZONS;
}

function cellBytes(units: i32): i32 { return 16 * units * (1 + INPUTS + units); }
function headBytes(units: i32, horizons: i32): i32 { return 12 * ((horizons + 3) & ~3) * (1 + units); }

/** Bytes of a network; 0 if there is none of this shape. */
export function lstmNetworkBytes(inputs: i32, units: i32, horizons: i32): i32 {
  if (!isShape(inputs, units, horizons)) return 0;
  return <i32>HEADER_BYTES + cellBytes(units) + headBytes(units, horizons);
}

/**
 * Load weights into `network`, which then answers for its shape; 0, and a network that does nothing, if they are damaged.
 * @param inputs 6
 * @param units a multiple of 4, at most 128
 * @param horizons at most 64
 * @param weights f32 in the order of tfjs: kernel [inputs, 4·units], recurrent kernel [units, 4·units], bias [4·units]
 * with gates i, f, c, o; then the head's kernel [units, 3·horizons] and bias [3·horizons]: medians, lower, upper gaps
 */
export function lstmNetworkLoad(network: usize, inputs: i32, units: i32, horizons: i32, weights: usize): i32 {
  if (!isShape(inputs, units, horizons)) return 0;
  store<i32>(network, 0);
  const count = 4 * units * (inputs + units + 1) + 3 * horizons * (units + 1);
  for (let i = 0; i < count; i++) {
    if (!(abs<f32>(load<f32>(weights + (<usize>i << 2))) <= MOST_WEIGHT)) return 0;
  }
  store<i32>(network, units, UNITS);
  store<i32>(network, horizons, HORIZONS);
  const rows = inputs + units;
  const head = pack(cellOf(network), weights, rows, units, 4);
  pack(headOf(network), head, units, horizons, 3);
  store<i32>(network, MAGIC);
  return 1;
}

/** Pack `rows` rows of `groups` × `width` columns, and the bias behind them; returns what comes after it in `from`. */
function pack(to: usize, from: usize, rows: i32, width: i32, groups: i32): usize {
  const columns = groups * width;
  for (let block = 0; block < width; block += 4) {
    for (let row = -1; row < rows; row++) {
      const source = from + (<usize>((row < 0 ? rows : row) * columns) << 2);
      for (let group = 0; group < groups; group++) {
        for (let lane = block; lane < block + 4; lane++, to += 4) {
          store<f32>(to, lane < width ? load<f32>(source + (<usize>(group * width + lane) << 2)) : 0.0);
        }
      }
    }
  }
  return from + (<usize>(columns * (rows + 1)) << 2);
}
