import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Variant } from '../src/index.ts';
import { ReferenceCovariates } from '../src/reference/covariates.ts';
import { normals, TestCovariates } from './covariates-series.ts';

const SIZES = [1, 2, 3, 1];
const FEATURES = 7;

interface Step {
  readonly y: number;
  readonly row: readonly number[];
}

/** A load that wanders, of which feature 0 makes much, features 1 and 2 some, and the others nothing. */
function drawn(seed: number, count: number, memory: number, holes = 0.03): Step[] {
  const normal = normals(seed);
  let wander = 0;
  return Array.from({ length: count }, (_, t) => {
    const row = Array.from({ length: FEATURES }, normal);
    row[0] = t % 40 >= 33 ? 1 : 0;
    wander = memory * wander + normal();
    const y = 50 + 12 * row[0] + 2 * row[1]! - row[2]! + wander;
    const isHole = (): boolean => Math.abs(normal()) < holes;
    return { y: isHole() ? NaN : y, row: row.map((x) => (isHole() ? NaN : x)) };
  });
}

const anyNumber = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1e30, -1e30),
);
const anySteps = fc.array(
  fc.record({ y: anyNumber, row: fc.array(anyNumber, { minLength: FEATURES, maxLength: FEATURES }) }),
  { minLength: 30, maxLength: 120 },
);
const series = fc.oneof(
  anySteps,
  fc
    .tuple(fc.nat(), fc.integer({ min: 60, max: 500 }), fc.constantFrom(0, 0.5, 0.95, 1))
    .map(([seed, count, memory]) => drawn(seed, count, memory)),
);

describe('both builds of the covariates expert', () => {
  it('give the same bits, in their forecasts and in their states', () => {
    fc.assert(
      fc.property(series, (steps) => {
        const [simd, scalar] = (['simd', 'scalar'] as const).map((v) => new TestCovariates(v, SIZES));
        for (const { y, row } of steps) {
          simd!.update(y, row);
          scalar!.update(y, row);
          expect(simd!.predict([steps[0]!.row, row])).toEqual(scalar!.predict([steps[0]!.row, row]));
        }
        expect(simd!.bytes()).toEqual(scalar!.bytes());
      }),
      { numRuns: 40 },
    );
  });
});

describe.each<Variant>(['simd', 'scalar'])('the covariates expert (%s)', (variant) => {
  it('says what the reference says, to the bit', () => {
    fc.assert(
      fc.property(series, (steps) => {
        const kernel = new TestCovariates(variant, SIZES);
        const reference = new ReferenceCovariates(SIZES);
        for (const [t, { y, row }] of steps.entries()) {
          if (t === 200) for (const expert of [kernel, reference]) expert.forget(1);
          kernel.update(y, row);
          reference.update(y, row);
          const ahead = [0, 1, 2].map((h) => steps[(t + h) % steps.length]!.row);
          expect(kernel.predict(ahead), `step ${t}`).toEqual(reference.predict(ahead));
          expect(kernel.admitted, `step ${t}`).toEqual(reference.admitted);
        }
        expect(kernel.view.changes).toEqual(reference.changes);
        expect(kernel.isSound).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('admits what helps and leaves the rest out', () => {
    const expert = new TestCovariates(variant, SIZES);
    for (const { y, row } of drawn(5, 800, 0.9)) expert.update(y, row);
    expect(expert.admitted).toEqual([0, 1]);
    const { changes } = expert.view;
    expect(changes.map((c) => c.entered)).toEqual([true, true]);
    for (const { saved } of changes) expect(saved).toBeGreaterThan(0.01);
  });

  it('knows the effect of an event after three of its kind, and says so before the fourth', () => {
    const normal = normals(11);
    const expert = new TestCovariates(variant, [1]);
    let wander = 100;
    const isOn = (t: number): number => (t % 100 >= 80 ? 1 : 0);
    for (let t = 0; t < 379; t++) {
      wander += normal();
      expert.update(wander + 30 * isOn(t), [isOn(t)]);
    }
    const forecast = expert.predict([1, 2, 3].map((h) => [isOn(378 + h)]));
    expect(forecast[0]).toBeNaN();
    expect(forecast[1]! - wander).toBeGreaterThan(24);
    expect(forecast[2]! - wander).toBeLessThan(36);
  });

  it('no longer tells what a group did before it was forgotten', () => {
    const expert = new TestCovariates(variant, SIZES);
    for (const { y, row } of drawn(5, 800, 0.9)) expert.update(y, row);
    expect(expert.view.changes.map((c) => c.group)).toEqual([1, 0]);
    expert.forget(0);
    expect(expert.view.changes.map((c) => c.group)).toEqual([1]);
  });

  it('drops a feature that no longer does anything, and logs why', () => {
    const normal = normals(3);
    const expert = new TestCovariates(variant, [1, 1]);
    for (let t = 0; t < 1500; t++) {
      const row = [normal(), normal()];
      expert.update(20 + (t < 500 ? 3 : 0) * row[0]! + normal(), row);
      if (t === 499) expect(expert.admitted).toEqual([0]);
    }
    expect(expert.admitted).toEqual([]);
    const [entered, left] = expert.view.changes;
    expect(entered).toMatchObject({ group: 0, entered: true });
    expect(left).toMatchObject({ group: 0, entered: false });
    expect(left!.saved).toBeLessThan(0.05);
  });

  it('finds nothing in noise, nor in walks that have nothing to do with the load', () => {
    let admitted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const normal = normals(1000 + seed);
      const walk = [0, 0, 0];
      const expert = new TestCovariates(variant, [1, 1, 2]);
      let load = 0;
      for (let t = 0; t < 1000; t++) {
        load = 0.98 * load + normal();
        for (const i of [0, 1, 2]) walk[i]! += normal();
        expert.update(load, [walk[0]!, normal(), walk[1]!, walk[2]!]);
        admitted += expert.admitted.length;
      }
    }
    expect(admitted / (20 * 1000 * 3)).toBeLessThan(0.01);
  });

  it('is silent where its features do not change, and where one of them is not there', () => {
    const expert = new TestCovariates(variant, SIZES);
    const steps = drawn(5, 800, 0.9);
    for (const { y, row } of steps) expert.update(y, row);
    const same = [0, 0, 0, 0, 0, 0, 0];
    expert.update(50, same);
    const lacking = [1, NaN, 0, 0, 0, 0, 0];
    const other = [1, 0, 0, 0, 0, 0, NaN];
    const [silent, missing, spoken] = expert.predict([same, lacking, other]);
    expect([silent, missing]).toEqual([NaN, NaN]);
    expect(spoken).toBeGreaterThan(55);
  });

  it('bears with holes in a feature, and puts its group out when there is no end of them', () => {
    const normal = normals(13);
    const expert = new TestCovariates(variant, [1, 1]);
    const run = (count: number, isThere: boolean): void => {
      for (let t = 0; t < count; t++) {
        const row = [normal(), normal()];
        expert.update(20 + 3 * row[0]! + 3 * row[1]! + normal(), isThere ? row : [NaN, row[1]!]);
      }
    };
    run(200, true);
    run(20, false);
    expect(expert.admitted).toEqual([0, 1]);
    expect(expert.predict([[0, 3]])[0]).toBeGreaterThan(25);
    run(10, false);
    expect(expert.admitted).toEqual([1]);
    run(100, true);
    expect(expert.admitted).toEqual([0, 1]);
  });

  it('scales with the series', () => {
    const [plain, large] = [1, 1024].map((factor) => {
      const expert = new TestCovariates(variant, SIZES);
      for (const { y, row } of drawn(8, 400, 0.9)) expert.update(factor * y, row);
      return expert.predict([[1, 2, 0, 0, 0, 0, 0]])[0]!;
    });
    expect(large! / 1024).toBe(plain);
  });

  it('begins anew with a group that means something else', () => {
    const expert = new TestCovariates(variant, SIZES);
    for (const { y, row } of drawn(5, 800, 0.9)) expert.update(y, row);
    expert.forget(0);
    expect(expert.admitted).toEqual([1]);
    const [without, withIt] = expert.predict([0, 1].map((x) => [x, 2, 2, 0, 0, 0, 0]));
    expect(without).toBe(withIt);
  });

  it.each([[[-1]], [Array.from({ length: 17 }, () => 1)], [[0, 3]], [[20, 21]]])(
    'refuses a table that is none: %j',
    (sizes) => {
      expect(new TestCovariates(variant, sizes[0] === -1 ? [1, -1] : sizes).isBegun).toBe(false);
    },
  );

  it('has states that can be moved', () => {
    const [from, to] = [0, 1].map(() => new TestCovariates(variant, SIZES));
    const steps = drawn(6, 500, 0.9);
    for (const { y, row } of steps.slice(0, 400)) from!.update(y, row);
    to!.bytes().set(from!.bytes());
    for (const { y, row } of steps.slice(400)) for (const expert of [from!, to!]) expert.update(y, row);
    expect(to!.bytes()).toEqual(from!.bytes());
  });

  it('neither traps nor writes outside its block when gone on with from damaged memory that it calls sound', () => {
    const steps = drawn(6, 160, 0.9);
    const damages = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(damages, (damage) => {
        const expert = new TestCovariates(variant, SIZES);
        for (const { y, row } of steps.slice(0, 80)) expert.update(y, row);
        // Half of the damage goes where the indices are.
        for (const [i, [offset, value]] of damage.entries()) {
          const bytes = expert.bytes();
          bytes[offset % (i % 2 === 0 ? 96 : bytes.length)] = value;
        }
        if (!expert.isSound) return;
        const size = expert.bytes().length;
        const after = expert.bytes(4096).slice(size);
        for (const { y, row } of steps.slice(80)) expert.update(y, row);
        expect(expert.bytes(4096).slice(size)).toEqual(after);
      }),
      { numRuns: 150 },
    );
  });
});
