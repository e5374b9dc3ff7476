import { HEADER_BYTES } from './header';

export function workBytes(n: i32, m: i32): i32 { return 0; }
export function stateBytes(m: i32): i32 { return <i32>HEADER_BYTES; }
export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {}
export function advance(work: usize): bool { return false; }
export function finish(work: usize, state: usize): bool { return false; }
export function update(state: usize, y: f64): void {}
export function predict(state: usize, count: i32, mean: usize, variance: usize): void {}
export function isSound(state: usize, m: i32): bool { return true; }
