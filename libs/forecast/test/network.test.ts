import type { PartitionKey } from '@foreshadow/domain';
import { encodeNetwork, LSTM_INPUTS, lstmWeightCount } from '@foreshadow/wasm-forecast';
import { describe, expect, it } from 'vitest';
import { ForecastEngine, ForecastError } from '../src/index.ts';

const KEY: PartitionKey = 'orders/0';
const OPTIONS = { tickMs: 1000, horizonsMs: [5000], fits: false } as const;
const STEPS = [1, 2, 3, 4, 5, 6];

function encoded(weights: Float32Array, stepMs = 1000): Uint8Array {
  return encodeNetwork({
    inputs: LSTM_INPUTS,
    units: 8,
    steps: STEPS,
    stepMs,
    trainedAtMs: 0,
    loss: 1,
    weights,
  });
}

/** A network whose weights are small numbers drawn from `seed`. */
function networkOf(seed: number, stepMs?: number): Uint8Array {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state / 2 ** 32 - 0.5) / 4;
  };
  return encoded(Float32Array.from({ length: lstmWeightCount(LSTM_INPUTS, 8, STEPS.length) }, draw), stepMs);
}

/** A network that says of every series that each step changes it by `drift` mean changes. */
function driftingNetwork(drift: number): Uint8Array {
  const weights = new Float32Array(lstmWeightCount(LSTM_INPUTS, 8, STEPS.length));
  const medians = weights.length - 3 * STEPS.length;
  for (const [i, step] of STEPS.entries()) weights[medians + i] = drift * step;
  return encoded(weights);
}

function load(t: number): number {
  return 100 + 30 * Math.sin(t / 7) + ((t * 7919) % 11);
}

function observe(engine: ForecastEngine, from: number, to: number): void {
  for (let t = from; t < to; t++) engine.observe(KEY, t * 1000, load(t));
}

function weightOf(engine: ForecastEngine, key: PartitionKey, name: string): number {
  return engine.scorecard(key).experts.find((e) => e.name === name)?.weights[0] ?? NaN;
}

describe('a network among the experts', () => {
  it('is heard by partitions that are there and by those to come', () => {
    const engine = new ForecastEngine(OPTIONS);
    observe(engine, 0, 50);
    expect(weightOf(engine, KEY, 'lstm')).toBe(0);
    engine.setNetwork('orders', networkOf(1));
    observe(engine, 50, 51);
    expect(weightOf(engine, KEY, 'lstm')).toBeGreaterThan(0);
    for (let t = 51; t < 54; t++) engine.observe('orders/1', t * 1000, load(t));
    expect(weightOf(engine, 'orders/1', 'lstm')).toBeGreaterThan(0);
    engine.observe('others/0', 54_000, 1);
    engine.observe('others/0', 55_000, 1);
    expect(weightOf(engine, 'others/0', 'lstm')).toBe(0);
  });

  it('has to earn its weight', () => {
    /** Weight of a network that foretells a drift, on a random walk whose changes are positive. */
    const earned = (drift: number): number => {
      const engine = new ForecastEngine(OPTIONS);
      engine.setNetwork('orders', driftingNetwork(drift));
      let y = 0;
      for (let t = 0; t < 400; t++) engine.observe(KEY, t * 1000, (y += (t * 7919) % 97));
      return weightOf(engine, KEY, 'lstm');
    };
    expect(earned(-1)).toBeLessThan(0.01);
    expect(earned(1)).toBeGreaterThan(0.05);
  });

  it('remembers of a series what it would have seen of it', () => {
    const early = new ForecastEngine(OPTIONS);
    const late = new ForecastEngine(OPTIONS);
    early.setNetwork('orders', networkOf(2));
    observe(early, 0, 200);
    observe(late, 0, 200);
    late.setNetwork('orders', networkOf(2));
    // The weights differ, for one had the time to earn them; what the network says does not.
    late.loadState(KEY, early.saveState(KEY));
    observe(early, 200, 210);
    observe(late, 200, 210);
    expect(late.forecast(KEY)?.atHorizons).toEqual(early.forecast(KEY)?.atHorizons);
  });

  it('takes the place of the one before it', () => {
    const engine = new ForecastEngine(OPTIONS);
    observe(engine, 0, 100);
    engine.setNetwork('orders', networkOf(3));
    const { memoryBytes } = engine;
    for (let seed = 4; seed < 40; seed++) engine.setNetwork('orders', networkOf(seed));
    expect(engine.memoryBytes).toBeLessThan(memoryBytes + 20_000);
    observe(engine, 100, 120);
    expect(engine.forecast(KEY)?.atHorizons[0]?.mean).toBeGreaterThan(0);
  });

  it('is refused when it is damaged or of a resolution that is not there', () => {
    const engine = new ForecastEngine(OPTIONS);
    const codeOf = (bytes: Uint8Array): string | undefined => {
      try {
        engine.setNetwork('orders', bytes);
      } catch (error) {
        return error instanceof ForecastError ? error.code : String(error);
      }
      return undefined;
    };
    expect(codeOf(networkOf(1, 7000))).toBe('STATE_MISMATCH');
    expect(codeOf(networkOf(1).map((b, i) => (i === 60 ? b ^ 1 : b)))).toBe('INVALID_STATE');
    expect(codeOf(new Uint8Array(10))).toBe('INVALID_STATE');
    observe(engine, 0, 20);
    expect(weightOf(engine, KEY, 'lstm')).toBe(0);
  });
});
