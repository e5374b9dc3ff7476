import { describe, expect, it } from 'vitest';
import { ForecastKernel, SeriesBank } from '../src/index.ts';

const STEPS = [1, 6];

function wave(t: number): number {
  return 100 + 30 * Math.sin((2 * Math.PI * t) / 24) + 0.05 * t + ((t * 7919) % 17) / 4;
}

function run(bank: SeriesBank, from: number, to: number, work: (t: number) => void): number[][] {
  const means: number[][] = [];
  for (let t = from; t < to; t++) {
    bank.update(wave(t));
    work(t);
    means.push([...bank.predict().mean]);
  }
  return means;
}

describe('fits in the background', () => {
  it('give the same forecasts whether the work is done at once or piece by piece, as long as it is in time', () => {
    const atOnce = new SeriesBank({ steps: STEPS, historySteps: 512 });
    const inPieces = new SeriesBank({ steps: STEPS, historySteps: 512 });
    const a = run(atOnce, 0, 500, () => atOnce.maintain());
    const b = run(inPieces, 0, 500, () => inPieces.maintain(60));
    expect(b).toEqual(a);
  });

  it('go on from a state taken between decision and adoption', () => {
    const bank = new SeriesBank({ steps: STEPS, historySteps: 512 });
    for (const cut of [14, 30, 101, 203]) {
      const before = new SeriesBank({ steps: STEPS, historySteps: 512 });
      run(before, 0, cut, () => before.maintain());
      bank.fromState(before.toState());
      const same = run(before, cut, cut + 80, () => before.maintain());
      expect(run(bank, cut, cut + 80, () => bank.maintain())).toEqual(same);
    }
  });

  it('are adopted late rather than never where the work is late', () => {
    const bank = new SeriesBank({ steps: STEPS, historySteps: 512 });
    run(bank, 0, 300, (t) => (t > 250 ? bank.maintain() : undefined));
    expect(bank.models(1000, 0).map((m) => m.algorithm)).toContain('ets');
    expect(bank.models(1000, 0).every((m) => m.trainedOn.count <= 300)).toBe(true);
  });

  it('of many series share a kernel, and one that loses the workspace begins again', () => {
    const kernel = new ForecastKernel();
    const banks = [0, 1, 2].map(() => new SeriesBank({ steps: STEPS, historySteps: 512, kernel }));
    for (let t = 0; t < 200; t++) {
      for (const bank of banks) bank.update(wave(t));
      for (const bank of banks) bank.maintain(1);
      for (const bank of banks) bank.maintain();
    }
    const [first, ...others] = banks.map((bank) => [...bank.predict().mean]);
    for (const other of others) expect(other).toEqual(first);
  });

  it('are left out where that is asked for', () => {
    const bank = new SeriesBank({ steps: STEPS, fittedModels: false });
    run(bank, 0, 200, () => bank.maintain());
    expect(bank.models(1000, 0)).toEqual([]);
    expect(bank.fitGain).toBe(0);
  });
});

describe('records of fitted models', () => {
  it('name forms in the notation of the field, parameters and what they were fitted to', () => {
    const bank = new SeriesBank({ steps: STEPS, historySteps: 512 });
    run(bank, 0, 400, () => bank.maintain());
    const records = new Map(bank.models(1000, 400_000).map((m) => [m.algorithm, m]));
    expect(records.get('ets')?.form).toMatch(/^ETS\((A|M),(N|A|Ad),(N|A|M)\)(\[24\])?$/);
    expect(records.get('arima')?.form).toMatch(
      /^ARIMA\(\d,\d,\d\)(\(\d,\d,\d\)\[24\])?( with (drift|non-zero mean))?$/,
    );
    expect(records.get('stl-ets')?.form).toBe('STL + ETS[24]');
    expect(records.get('decomposable')?.form).toMatch(/^Trend \+ Fourier/);
    expect(records.get('ets')?.parameters['alpha']).toBeGreaterThanOrEqual(0);
    for (const { trainedOn, score } of records.values()) {
      expect(trainedOn.toMs).toBeLessThanOrEqual(400_000);
      expect(trainedOn.toMs - trainedOn.fromMs).toBe(1000 * trainedOn.count);
      expect(score).toBeGreaterThan(0);
    }
  });
});
