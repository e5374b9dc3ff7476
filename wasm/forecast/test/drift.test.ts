import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDrift,
  DRIFT_FLAGS,
  type DriftAlarm,
  type ForecastExports,
  instantiate,
  type Variant,
} from '../src/index.ts';
import { Adwin, PageHinkley, ReferenceDrift } from '../src/reference/drift.ts';

/** One block of detectors in a kernel of its own. */
class TestDrift {
  readonly kernel: ForecastExports;
  readonly at: number;

  constructor(variant: Variant = 'simd') {
    this.kernel = instantiate(variant);
    this.at = (this.kernel.HEAP_BASE.value + 15) & ~15;
    this.kernel.memory.grow(1);
    this.kernel.driftInit(this.at);
  }

  update(error: number): number {
    return this.kernel.driftUpdate(this.at, error);
  }

  /** The block's memory and `more` bytes after it. */
  bytes(more = 0): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, this.at, this.kernel.driftBytes() + more);
  }

  alarm(): DriftAlarm | undefined {
    return decodeDrift(new DataView(this.kernel.memory.buffer, this.at, this.kernel.driftBytes()));
  }

  get isSound(): boolean {
    return this.kernel.driftIsSound(this.at) === 1;
  }
}

/** Uniform numbers in (0, 1) from a seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}

type Sampler = (unit: () => number) => number;

const normal: Sampler = (unit) => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
const laplace: Sampler = (unit) => Math.log(unit() / unit());
const student3: Sampler = (unit) => {
  const chi = [0, 1, 2].reduce((sum) => sum + normal(unit) ** 2, 0);
  return normal(unit) / Math.sqrt(chi / 3);
};
const SAMPLERS = { normal, laplace, student3 } as const;
const names = Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[];

/** Steps from a change by `change` at step 300 to the alarm, of runs that were quiet until then. */
function delays(sample: Sampler, change: (e: number) => number, runs: number): number[] {
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const unit = uniform(7919 * run + 1);
    const drift = new TestDrift();
    let isQuiet = true;
    for (let t = 0; t < 300; t++) isQuiet = drift.update(sample(unit)) === 0 && isQuiet;
    if (!isQuiet) continue;
    let delay = 1;
    while (delay < 1000 && drift.update(change(sample(unit))) === 0) delay++;
    found.push(delay);
  }
  return found.sort((a, b) => a - b);
}

describe.each<Variant>(['simd', 'scalar'])('drift detectors (%s)', (variant) => {
  it('say what the reference says', () => {
    const size = fc.constantFrom(0.3, 1, 2, 5, 40);
    const stretch = fc.tuple(
      size,
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: -2, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.nat(), fc.array(stretch, { minLength: 1, maxLength: 5 }), (seed, stretches) => {
        const unit = uniform(seed);
        const drift = new TestDrift(variant);
        const reference = new ReferenceDrift();
        for (const [scale, count, bias] of stretches) {
          for (let t = 0; t < count; t++) {
            const e = unit() < 0.02 ? NaN : scale * (student3(unit) + bias);
            expect(drift.update(e)).toBe(reference.update(e));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('say what the reference says of any numbers', () => {
    const error = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1e99, 1e100),
    );
    fc.assert(
      fc.property(fc.array(error, { minLength: 60, maxLength: 300 }), (errors) => {
        const drift = new TestDrift(variant);
        const reference = new ReferenceDrift();
        for (const e of errors) {
          expect(drift.update(e)).toBe(reference.update(e));
          expect(drift.isSound).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('say what the reference says once the window has reached its greatest length', () => {
    const unit = uniform(3);
    const drift = new TestDrift(variant);
    const reference = new ReferenceDrift();
    for (let t = 0; t < 7000; t++) {
      const e = unit() - 0.5;
      expect(drift.update(e)).toBe(reference.update(e));
    }
    const view = new DataView(drift.bytes().slice().buffer);
    expect(view.getFloat64(112, true)).toBeGreaterThan(4000);
  });
});

describe('false alarms', () => {
  it.each(names)('come less often than once in 5000 steps of %s errors', (name) => {
    const unit = uniform(42);
    const drift = new TestDrift();
    let alarms = 0;
    for (let t = 0; t < 200_000; t++) if (drift.update(SAMPLERS[name](unit)) !== 0) alarms++;
    expect(alarms).toBeLessThanOrEqual(40);
  });

  it('do not come from errors that are always the same, or always zero', () => {
    for (const value of [0, 1, -3, 1e-9]) {
      const drift = new TestDrift();
      for (let t = 0; t < 3000; t++) expect(drift.update(value)).toBe(0);
    }
  });

  it('come no sooner where errors are given in another unit', () => {
    const alarms = [1, 1024].map((factor) => {
      const unit = uniform(8);
      const drift = new TestDrift();
      return Array.from({ length: 3000 }, (_, t) => drift.update(factor * (t < 2000 ? 1 : 3) * normal(unit)));
    });
    expect(alarms[1]).toEqual(alarms[0]);
    expect(alarms[0]!.some((flags) => flags !== 0)).toBe(true);
  });
});

describe('a change', () => {
  it.each(names)('that doubles the size of %s errors is seen within about fifty steps', (name) => {
    const found = delays(SAMPLERS[name], (e) => 2 * e, 60);
    expect(found.length).toBeGreaterThan(55);
    expect(found[Math.floor(found.length / 2)]).toBeLessThanOrEqual(50);
    expect(found.at(-1)).toBeLessThan(500);
  });

  it('to biased errors is seen and told from one of their size', () => {
    const unit = uniform(5);
    const drift = new TestDrift();
    for (let t = 0; t < 400; t++) drift.update(normal(unit));
    let flags = 0;
    // One standard deviation to one side: hardly farther from zero than N(0, 1) is.
    for (let t = 0; t < 100 && flags === 0; t++) flags = drift.update(-1 + 0.3 * normal(unit));
    expect(flags).toBe(DRIFT_FLAGS.pageHinkley | DRIFT_FLAGS.bias | DRIFT_FLAGS.down);
    expect(drift.alarm()).toMatchObject({ of: 'mean', direction: 'down', detectors: ['page-hinkley'] });
  });

  it('to smaller errors is seen as one downwards', () => {
    const unit = uniform(6);
    const drift = new TestDrift();
    for (let t = 0; t < 600; t++) drift.update(laplace(unit));
    let flags = 0;
    for (let t = 0; t < 300 && flags === 0; t++) flags = drift.update(0.4 * laplace(unit));
    expect(flags & DRIFT_FLAGS.down).toBe(DRIFT_FLAGS.down);
    expect(flags & DRIFT_FLAGS.bias).toBe(0);
  });

  it('is recorded with its time and its size', () => {
    const unit = uniform(9);
    const drift = new TestDrift();
    for (let t = 0; t < 500; t++) drift.update(10 * normal(unit));
    expect(drift.alarm()).toBeUndefined();
    let delay = 1;
    while (drift.update(30 * normal(unit)) === 0) delay++;
    const alarm = drift.alarm();
    expect(alarm).toMatchObject({ step: 500 + delay, of: 'size', direction: 'up' });
    expect(Math.abs(alarm!.since - delay)).toBeLessThanOrEqual(6);
    expect(alarm!.before).toBeCloseTo(1, 0);
    expect(alarm!.after / alarm!.before).toBeGreaterThan(1.8);
  });

  it('that is small and lasts is seen by ADWIN, one that is sudden by Page–Hinkley first', () => {
    const lasting = delays(laplace, (e) => 1.5 * e, 40);
    expect(lasting[Math.floor(lasting.length / 2)]).toBeLessThan(400);
    const unit = uniform(11);
    const first = Array.from({ length: 40 }, () => laplace(unit));
    const pageHinkley = new PageHinkley(first, 1);
    const adwin = new Adwin();
    let [page, window] = [Infinity, Infinity];
    for (let t = 0; t < 1000; t++) {
      const e = Math.max(-4, Math.min(4, (t < 400 ? 1 : 3) * laplace(unit)));
      if (pageHinkley.update(e) !== 0) page = Math.min(page, t);
      if (adwin.update(Math.abs(e) / 4) !== 0) window = Math.min(window, t);
    }
    expect(page).toBeGreaterThanOrEqual(400);
    expect(window).toBeGreaterThan(page);
    expect(window).toBeLessThan(500);
  });
});

describe('a block', () => {
  it('is not written beyond its end', () => {
    const drift = new TestDrift();
    drift.bytes(64).fill(0xa5, drift.kernel.driftBytes());
    const unit = uniform(2);
    for (let t = 0; t < 12_000; t++) drift.update(laplace(unit));
    expect([...drift.bytes(64).slice(-64)]).toEqual(Array<number>(64).fill(0xa5));
  });

  it('that was damaged is refused or can be gone on from', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(damage, (bytes) => {
        const drift = new TestDrift();
        const unit = uniform(4);
        for (let t = 0; t < 700; t++) drift.update(normal(unit));
        // Half of the damage goes where the indices are.
        for (const [i, [offset, value]] of bytes.entries()) {
          const all = drift.bytes();
          all[i % 2 === 0 ? (offset % 2 === 0 ? offset % 16 : 168 + (offset % 40)) : offset % all.length] =
            value;
        }
        if (!drift.isSound) return;
        drift.bytes(256).fill(0xa5, drift.kernel.driftBytes());
        for (let t = 0; t < 700; t++) drift.update(normal(unit));
        expect([...drift.bytes(256).slice(-256)]).toEqual(Array<number>(256).fill(0xa5));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['rows', 12, 11],
    ['rows', 12, -1],
    ['a row', 168, 6],
    ['a row', 168, 0],
    ['the clock', 8, 4],
  ])('with %s out of range is refused', (_name, offset, value) => {
    const drift = new TestDrift();
    const unit = uniform(4);
    for (let t = 0; t < 300; t++) drift.update(normal(unit));
    expect(drift.isSound).toBe(true);
    new DataView(drift.kernel.memory.buffer, drift.at).setInt32(offset, value, true);
    expect(drift.isSound).toBe(false);
  });
});
