// Priority sampling (Duffield, Lund & Thorup, "Priority sampling for estimation of arbitrary subset sums", J. ACM 54(6),
// 2007): a record of weight w has priority w / u, u uniform; the k of highest priority are the sample, and the (k + 1)-th
// priority τ gives each its weight max(1, τ/w). A heap holds k + 1 priorities, the least on top.
//
// State: generators (64 bytes), capacity k and fill (i32 each), then 16 bytes an entry: priority (f64), place (i32).
import { uniform } from "./uniform";

const K: usize = 64, FILL: usize = 68, HEAP: usize = 80;

/** Begin a sample of `k` records; the generators go on. */
export function clearPriority(state: usize, k: i32): void {
  store<i32>(state, k, K);
  store<i32>(state, 0, FILL);
}

/**
 * Offer one record of `weight` > 0. Returns the place, 0 … k, where to keep it, in exchange for what was there; −1 if it
 * is not among the k + 1.
 */
export function offerPriority(state: usize, weight: f64): i32 {
  const priority = weight / uniform(state, 0, 2);
  const fill = load<i32>(state, FILL);
  if (fill <= load<i32>(state, K)) {
    store<i32>(state, fill + 1, FILL);
    rise(state, fill, priority, fill);
    return fill;
  }
  if (priority <= load<f64>(state, HEAP)) return -1;
  const place = load<i32>(state, HEAP + 8);
  sink(state, fill, priority, place);
  return place;
}

/** `n` records of the weights at `weights` (f64); writes what `offerPriority` returns for each. */
export function offerPriorities(state: usize, weights: usize, n: i32, places: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<i32>(places + (i << 2), offerPriority(state, load<f64>(weights + (i << 3))));
  }
}

/** τ: 0 while no record had to be left out. */
export function priorityThreshold(state: usize): f64 {
  return load<i32>(state, FILL) > load<i32>(state, K) ? load<f64>(state, HEAP) : 0.0;
}

/** Place of the record whose priority is τ, which is not of the sample; −1 if there is none. */
export function priorityLeftOut(state: usize): i32 {
  return load<i32>(state, FILL) > load<i32>(state, K) ? load<i32>(state, HEAP + 8) : -1;
}

// @ts-ignore: decorator
@inline
function entry(state: usize, i: i32): usize {
  return state + HEAP + (<usize>i << 4);
}

// @ts-ignore: decorator
@inline
function put(at: usize, priority: f64, place: i32): void {
  store<f64>(at, priority);
  store<i32>(at, place, 8);
}

function rise(state: usize, i: i32, priority: f64, place: i32): void {
  while (i > 0) {
    const above = (i - 1) >> 1;
    const from = entry(state, above);
    if (load<f64>(from) <= priority) break;
    put(entry(state, i), load<f64>(from), load<i32>(from, 8));
    i = above;
  }
  put(entry(state, i), priority, place);
}

function sink(state: usize, fill: i32, priority: f64, place: i32): void {
  let i = 0;
  for (let child = 1; child < fill; child = 2 * i + 1) {
    if (child + 1 < fill && load<f64>(entry(state, child + 1)) < load<f64>(entry(state, child))) child++;
    const from = entry(state, child);
    if (load<f64>(from) >= priority) break;
    put(entry(state, i), load<f64>(from), load<i32>(from, 8));
    i = child;
  }
  put(entry(state, i), priority, place);
}
