import { sigmoid1, sigmoid4, softplus1, softplus4, tanh1, tanh4 } from './lstm-activations';
import { cellOf, headOf, horizonsOf, INPUTS, isLoaded, MOST_UNITS, unitsOf } from './lstm-network';
import { COUNT, LAST, scaleInputs, scalingIsSound, UNITS, unitOf, VECTOR } from './lstm-scaling';

export { lstmNetworkBytes, lstmNetworkLoad } from './lstm-network';

// Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), as tfjs has it:
// gates i, f, c, o, sigmoid for gates, tanh for cell and output. One step a tick; the state stays. Its head gives the
// median and the distances of two outer quantiles, which softplus keeps from crossing. Every lane is a unit or a
// horizon of its own, so that both builds add in the same order.

/** More than a cell can gather in the steps that a state may have seen. */
const MOST_CELL: f32 = 2e9;

// @ts-ignore: decorator
@inline
function hiddenOf(state: usize): usize { return state + VECTOR + (<usize>INPUTS << 2); }
// @ts-ignore: decorator
@inline
function cellsOf(state: usize, units: i32): usize { return hiddenOf(state) + (<usize>units << 2); }
// @ts-ignore: decorator
@inline
function nextOf(state: usize, units: i32): usize { return hiddenOf(state) + (<usize>units << 3); }

/** Bytes of a series' state: relocatable, without pointers. */
export function lstmStateBytes(units: i32): i32 {
  return (<i32>VECTOR + 4 * (INPUTS + 3 * units) + 15) & ~15;
}

/** A series without past. */
export function lstmStateInit(state: usize, units: i32): void {
  memory.fill(state, 0, <usize>lstmStateBytes(units));
  store<i32>(state, units, UNITS);
}

// @ts-ignore: decorator
@inline
function fits(network: usize, state: usize): bool {
  return isLoaded(network) && load<i32>(state, UNITS) == unitsOf(network);
}

/**
 * One step of a series. Nothing happens if the network is not loaded or has another number of units than the state.
 * @param y value, NaN where missing
 * @param sinDay sine of the time of day as an angle; both 0 where it is not known
 * @param cosDay its cosine
 */
export function lstmStep(network: usize, state: usize, y: f64, sinDay: f32, cosDay: f32): void {
  if (!fits(network, state)) return;
  scaleInputs(state, y, sinDay, cosDay);
  const units = unitsOf(network);
  const rows = INPUTS + units;
  const next = nextOf(state, units);
  let weights = cellOf(network);
  let cells = cellsOf(state, units);
  for (let to = next; to < next + (<usize>units << 2); to += 16) {
    fourUnits(weights, state + VECTOR, rows, cells, to);
    weights += <usize>(rows + 1) << 6;
    cells += 16;
  }
  memory.copy(hiddenOf(state), next, <usize>units << 2);
}

/** Cells and outputs of four units from the vector of `rows` f32 at `vector`. */
function fourUnits(weights: usize, vector: usize, rows: i32, cells: usize, to: usize): void {
  const end = vector + (<usize>rows << 2);
  if (ASC_FEATURE_SIMD) {
    let i = v128.load(weights);
    let f = v128.load(weights, 16);
    let g = v128.load(weights, 32);
    let o = v128.load(weights, 48);
    for (let at = vector; at < end; at += 4) {
      weights += 64;
      const x = v128.load32_splat(at);
      i = f32x4.add(i, f32x4.mul(x, v128.load(weights)));
      f = f32x4.add(f, f32x4.mul(x, v128.load(weights, 16)));
      g = f32x4.add(g, f32x4.mul(x, v128.load(weights, 32)));
      o = f32x4.add(o, f32x4.mul(x, v128.load(weights, 48)));
    }
    const cell = f32x4.add(f32x4.mul(sigmoid4(f), v128.load(cells)), f32x4.mul(sigmoid4(i), tanh4(g)));
    v128.store(cells, cell);
    v128.store(to, f32x4.mul(sigmoid4(o), tanh4(cell)));
  } else {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      let row = weights + lane;
      let i = load<f32>(row);
      let f = load<f32>(row, 16);
      let g = load<f32>(row, 32);
      let o = load<f32>(row, 48);
      for (let at = vector; at < end; at += 4) {
        row += 64;
        const x = load<f32>(at);
        i += x * load<f32>(row);
        f += x * load<f32>(row, 16);
        g += x * load<f32>(row, 32);
        o += x * load<f32>(row, 48);
      }
      const cell = sigmoid1(f) * load<f32>(cells + lane) + sigmoid1(i) * tanh1(g);
      store<f32>(cells + lane, cell);
      store<f32>(to + lane, sigmoid1(o) * tanh1(cell));
    }
  }
}

/**
 * Quantiles of every horizon after the newest step.
 * @param out horizons × 3 f64, on the scale of the series: 5 %, 50 %, 95 %; NaN before the second value
 */
export function lstmPredict(network: usize, state: usize, out: usize): void {
  const horizons = isLoaded(network) ? horizonsOf(network) : 0;
  if (!fits(network, state) || load<i32>(state, COUNT) < 2) {
    for (let i = 0; i < 3 * horizons; i++) store<f64>(out + (<usize>i << 3), NaN);
    return;
  }
  const units = unitsOf(network);
  const last = load<f64>(state, LAST);
  const unit = unitOf(state);
  let weights = headOf(network);
  for (let h = 0; h < horizons; h += 4) {
    fourHorizons(weights, hiddenOf(state), units, last, unit, out + <usize>(24 * h), min<i32>(4, horizons - h));
    weights += <usize>(48 * (units + 1));
  }
}

/** Quantiles of the first `count` of four horizons. */
function fourHorizons(weights: usize, hidden: usize, units: i32, last: f64, unit: f64, out: usize, count: i32): void {
  const end = hidden + (<usize>units << 2);
  if (ASC_FEATURE_SIMD) {
    let median = v128.load(weights);
    let lower = v128.load(weights, 16);
    let upper = v128.load(weights, 32);
    for (let at = hidden; at < end; at += 4) {
      weights += 48;
      const x = v128.load32_splat(at);
      median = f32x4.add(median, f32x4.mul(x, v128.load(weights)));
      lower = f32x4.add(lower, f32x4.mul(x, v128.load(weights, 16)));
      upper = f32x4.add(upper, f32x4.mul(x, v128.load(weights, 32)));
    }
    lower = softplus4(lower);
    upper = softplus4(upper);
    issue(out, last, unit, f32x4.extract_lane(median, 0), f32x4.extract_lane(lower, 0), f32x4.extract_lane(upper, 0));
    if (count < 2) return;
    issue(out + 24, last, unit, f32x4.extract_lane(median, 1), f32x4.extract_lane(lower, 1), f32x4.extract_lane(upper, 1));
    if (count < 3) return;
    issue(out + 48, last, unit, f32x4.extract_lane(median, 2), f32x4.extract_lane(lower, 2), f32x4.extract_lane(upper, 2));
    if (count < 4) return;
    issue(out + 72, last, unit, f32x4.extract_lane(median, 3), f32x4.extract_lane(lower, 3), f32x4.extract_lane(upper, 3));
  } else {
    for (let lane = 0; lane < count; lane++) {
      let row = weights + (<usize>lane << 2);
      let median = load<f32>(row);
      let lower = load<f32>(row, 16);
      let upper = load<f32>(row, 32);
      for (let at = hidden; at < end; at += 4) {
        row += 48;
        const x = load<f32>(at);
        median += x * load<f32>(row);
        lower += x * load<f32>(row, 16);
        upper += x * load<f32>(row, 32);
      }
      issue(out + <usize>(24 * lane), last, unit, median, softplus1(lower), softplus1(upper));
    }
  }
}

// @ts-ignore: decorator
@inline
function issue(out: usize, last: f64, unit: f64, median: f32, lower: f32, upper: f32): void {
  store<f64>(out, last + unit * (<f64>median - <f64>lower));
  store<f64>(out, last + unit * <f64>median, 8);
  store<f64>(out, last + unit * (<f64>median + <f64>upper), 16);
}

/** Whether a state that was copied in can be gone on from with a network: 1, or 0 if it is damaged or another's. */
export function lstmIsSound(network: usize, state: usize): i32 {
  const units = load<i32>(state, UNITS);
  if (!fits(network, state) || units <= 0 || units > MOST_UNITS || !scalingIsSound(state)) return 0;
  const hidden = hiddenOf(state);
  const cells = cellsOf(state, units);
  for (let i = 0; i < units; i++) {
    if (!(abs<f32>(load<f32>(hidden + (<usize>i << 2))) <= <f32>1.0)) return 0;
    if (!(abs<f32>(load<f32>(cells + (<usize>i << 2))) <= MOST_CELL)) return 0;
  }
  return 1;
}
