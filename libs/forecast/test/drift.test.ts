import { describe, expect, it } from 'vitest';
import { ForecastEngine, SeriesBank } from '../src/index.ts';

const KEY = 'orders/0';

/** Uniform noise in ±½, the same for the same step. */
function noise(t: number): number {
  let z = Math.imul(t + 1, 0x9e3779b1);
  z = Math.imul(z ^ (z >>> 15), 0x85ebca6b);
  return ((z ^ (z >>> 13)) >>> 0) / 2 ** 32 - 0.5;
}

/** Quiet until step `change`, then a walk with changes that are many times larger. */
function wild(change: number, count: number): number[] {
  let y = 1000;
  return Array.from({ length: count }, (_, t) => {
    if (t >= change) y += 100 * noise(t);
    return y + 4 * noise(2 * t + 100_000);
  });
}

describe('a change of regime', () => {
  it('is detected soon after it and said with what gave it away', () => {
    const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000] });
    for (const [t, y] of wild(600, 700).entries()) engine.observe(KEY, t * 1000, y);
    const { drift } = engine.explain(KEY);
    expect(drift.length).toBeGreaterThan(0);
    expect(drift[0]?.atMs).toBeGreaterThanOrEqual(600_000);
    expect(drift[0]?.atMs).toBeLessThan(640_000);
    expect(drift[0]?.kind).toMatch(/^errors \S+ times as large at steps of 1 s \((page-hinkley|adwin)/);
  });

  it('is not seen where there is none', () => {
    const engine = new ForecastEngine({ tickMs: 1000, horizonsMs: [5000] });
    for (let t = 0; t < 3000; t++) engine.observe(KEY, t * 1000, 1000 + 40 * noise(t));
    expect(engine.explain(KEY).drift).toEqual([]);
  });

  it('makes models be fitted anew', () => {
    const bank = new SeriesBank({ steps: [1] });
    const fitted = (): number => Math.max(...bank.models(1000, 0).map((m) => m.trainedOn.toMs));
    const values = wild(600, 700);
    let alarmAt = -1;
    for (const [t, y] of values.entries()) {
      bank.update(y);
      bank.maintain();
      if (bank.alarmAt >= 600 && alarmAt < 0) alarmAt = t;
    }
    expect(alarmAt).toBeGreaterThan(600);
    // `fitted` counts back from the end: the newest fit is younger than the alarm.
    expect(fitted()).toBeGreaterThan((alarmAt - values.length) * 1000);
  });

  it('lets weights move to what is good now within a few steps', () => {
    /** Weight of last value some steps after noise around a level has become a walk. */
    const bank = new SeriesBank({ steps: [1], fittedModels: false });
    const values = wild(600, 660).map((y, t) => (t < 600 ? 1000 + 60 * noise(t) : y));
    for (const y of values.slice(0, 600)) bank.update(y);
    const before = weightOf(bank, 'naive');
    for (const y of values.slice(600)) bank.update(y);
    expect(before).toBeLessThan(0.05);
    expect(weightOf(bank, 'naive')).toBeGreaterThan(4 * before);
  });

  it('survives in a state', () => {
    const bank = new SeriesBank({ steps: [1] });
    for (const y of wild(600, 700)) bank.update(y);
    const other = new SeriesBank({ steps: [1] });
    other.fromState(bank.toState());
    expect(other.alarmAt).toBe(bank.alarmAt);
    expect(other.alarm()).toEqual(bank.alarm());
  });
});

function weightOf(bank: SeriesBank, name: string): number {
  return bank.weights().find((w) => w.name === name)?.weights[0] ?? NaN;
}
