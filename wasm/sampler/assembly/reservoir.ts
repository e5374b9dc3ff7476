// Algorithm L (Li, "Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n)))", 1994): after the first k
// records the gaps to the next one taken are geometric with a success probability W that shrinks as records pass.
import { exp } from "./exp";
import { log } from "./log";
import { nextScalar } from "./rng";
import { scaleOf } from "./scale";
import { geometric, uniform } from "./uniform";

/** W; behind the generators and the carry. */
const W: usize = 72;
/** A gap that was cut: nothing is taken behind it, and the next gap is drawn anew (geometric gaps forget). */
const NOWHERE: i32 = -1;

/** Begin a reservoir of `k` records: call when its first k records have passed. */
export function startReservoir(state: usize, k: i32): void {
  store<f64>(state, shrink(state, k), W);
}

/** `count` gaps to the next record taken and the place of each in the reservoir, `k` places. */
export function fillReservoir(state: usize, gaps: usize, places: usize, count: i32, k: i32): void {
  for (const end = gaps + (<usize>count << 2); gaps < end; gaps += 4, places += 4) {
    const w = load<f64>(state, W);
    const gap = geometric(uniform(state, 0, 2), scaleOf(w));
    store<i32>(gaps, gap);
    if (gap == i32.MAX_VALUE) {
      store<i32>(places, NOWHERE);
      continue;
    }
    store<i32>(places, <i32>((<u64>nextScalar(state, 1) * <u64>k) >> 32));
    store<f64>(state, w * shrink(state, k), W);
  }
}

/** The largest of k uniform numbers. */
function shrink(state: usize, k: i32): f64 {
  return exp(log(uniform(state, 0, 2)) / <f64>k);
}
