import { ForecastEngine } from '@foreshadow/forecast';
import { describe, expect, it, vi } from 'vitest';
import { FleetPriors } from '../../src/models/fleet-priors.ts';

const options = { tickMs: 1000, horizonsMs: [5000, 60_000] };
const rate = (t: number, level: number): number => level * (1 + 0.5 * Math.sin((2 * Math.PI * t) / 30));
const START_S = 1_700_000_000;
const TICKS = 400;

/** States of an edge's partitions after some minutes of a season of 30 s, each at a level of its own. */
function matureStates(partitions: number): Uint8Array[] {
  const engine = new ForecastEngine({ ...options, fits: false });
  for (let t = 0; t < TICKS; t++) {
    for (let p = 0; p < partitions; p++)
      engine.observe(`orders/${p}`, (START_S + t) * 1000, rate(t, 100 + 50 * p));
  }
  return Array.from({ length: partitions }, (_, p) => engine.saveState(`orders/${p}`));
}

describe('the prior of a fleet', () => {
  it('lets a new partition elsewhere forecast the season that the others know', () => {
    const priors = new FleetPriors(() => new ForecastEngine({ ...options, fits: false }));
    matureStates(3).forEach((state, p) => priors.onModel(`orders/${p}`, state, (START_S + TICKS - 1) * 1000));
    const prior = priors.prior('orders', 0);
    expect(prior).toBeDefined();
    expect(priors.prior('clicks', 0)).toBeUndefined();

    const [taught, cold] = [new ForecastEngine(options), new ForecastEngine(options)];
    taught.importPrior('orders', prior!);
    const errors = { taught: 0, cold: 0 };
    const key = 'orders/9';
    for (let t = TICKS; t < TICKS + 40; t++) {
      for (const [name, engine] of [
        ['taught', taught],
        ['cold', cold],
      ] as const) {
        const ahead = engine.forecast(key)?.path.mean[4];
        // Issued at t - 1, five steps ahead.
        if (ahead !== undefined) errors[name] += Math.abs(ahead - rate(t + 4, 80));
        engine.observe(key, (START_S + t) * 1000, rate(t, 80));
      }
    }
    expect(errors.taught).toBeLessThan(0.8 * errors.cold);
  });

  it('is made now and then, not with each edge that connects', () => {
    const engine = new ForecastEngine({ ...options, fits: false });
    const load = vi.spyOn(engine, 'loadState');
    const priors = new FleetPriors(() => engine);
    priors.onModel('orders/0', matureStates(1)[0]!, (START_S + TICKS - 1) * 1000);
    const first = priors.prior('orders', 0);
    expect(priors.prior('orders', 299_000)).toBe(first);
    expect(load).toHaveBeenCalledTimes(1);
    priors.prior('orders', 301_000);
    expect(load).toHaveBeenCalledTimes(2);
    expect(engine.partitions()).toEqual([]);
  });

  it('leaves out states that cannot be read, and is none without any', () => {
    const priors = new FleetPriors(() => new ForecastEngine({ ...options, fits: false }));
    expect(priors.prior('orders', 0)).toBeUndefined();
    priors.onModel('orders/0', Uint8Array.of(1, 2, 3), 0);
    expect(priors.prior('orders', 40_000)).toBeUndefined();
    priors.onModel('orders/1', matureStates(1)[0]!, (START_S + TICKS - 1) * 1000);
    priors.onModel('orders/2', Uint8Array.of(1, 2, 3), 0);
    expect(priors.prior('orders', 80_000)).toBeDefined();
  });
});
