import type { Figure } from '../report.ts';
import { millisInTurns } from '../turns.ts';
import { KernelModel, type ModelKind } from './kernel-model.ts';
import { arima, augurs, type Rival } from './rivals.ts';
import { FIT_SEASON, FIT_STEPS, trendingSeason } from './series.ts';

const HORIZON = 12;
/** Each call fits these one after the other: how long a search takes depends on the noise. */
const SERIES = [1, 2, 3].map(trendingSeason);

interface Fit {
  readonly name: string;
  readonly kind: ModelKind;
  readonly season: number;
  readonly spec?: readonly number[];
  readonly rival?: { readonly name: string; readonly forecast: Rival };
  readonly target?: Figure['target'];
}

/** Fits of the kernel's models beside those of other libraries, to the same series, with a forecast of 12 steps. */
export async function fitFigures(): Promise<Figure[]> {
  const { autoEts, mstlEts } = await augurs(HORIZON, FIT_SEASON);
  const seasonal = { p: 1, d: 1, q: 1, P: 0, D: 1, Q: 1, s: FIT_SEASON };
  const fits: Fit[] = [
    {
      name: 'AutoETS, seasonal',
      kind: 'ets',
      season: FIT_SEASON,
      rival: { name: 'augurs AutoETS (no season)', forecast: autoEts },
      target: { atMost: 30, of: 'value' },
    },
    {
      name: 'AutoETS, seasonal',
      kind: 'ets',
      season: FIT_SEASON,
      rival: { name: 'augurs MSTL + ETS', forecast: mstlEts },
    },
    {
      name: 'AutoETS, no season',
      kind: 'ets',
      season: 1,
      rival: { name: 'augurs AutoETS', forecast: autoEts },
      target: { atMost: 1 / 5, of: 'ratio' },
    },
    {
      name: 'AutoARIMA, no season',
      kind: 'arima',
      season: 1,
      rival: { name: 'arima auto', forecast: await arima(HORIZON, 'auto') },
      target: { atMost: 1 / 10, of: 'ratio' },
    },
    {
      name: 'ARIMA(2,1,1), exact',
      kind: 'arima',
      season: 1,
      spec: [2, 1, 1, 0, 0, 0, 0],
      rival: { name: 'arima', forecast: await arima(HORIZON, { p: 2, d: 1, q: 1 }) },
    },
    {
      name: `SARIMA(1,1,1)(0,1,1)[${FIT_SEASON}], exact`,
      kind: 'arima',
      season: FIT_SEASON,
      spec: [1, 1, 1, 0, 1, 1, 0],
      rival: { name: 'arima', forecast: await arima(HORIZON, seasonal) },
      target: { atMost: 1 / 4, of: 'ratio' },
    },
    { name: 'AutoARIMA, seasonal', kind: 'arima', season: FIT_SEASON },
    { name: 'Theta', kind: 'theta', season: FIT_SEASON, target: { atMost: 2, of: 'value' } },
    {
      name: 'STL + ETS',
      kind: 'stl-ets',
      season: FIT_SEASON,
      rival: { name: 'augurs MSTL + ETS', forecast: mstlEts },
    },
  ];
  return fits.map(figureOf);
}

function figureOf({ name, kind, season, spec, rival, target }: Fit): Figure {
  const model = new KernelModel(kind, FIT_STEPS, season, HORIZON, spec);
  const named = {
    name: `${name}, n = ${FIT_STEPS}`,
    unit: 'ms',
    ...(target === undefined ? {} : { target }),
  };
  if (!SERIES.every((values) => model.forecast(values)?.every(Number.isFinite))) {
    return { ...named, value: NaN, note: 'not fitted' };
  }
  const all = (fit: (values: Float64Array) => unknown) => () => SERIES.forEach((values) => fit(values));
  const ours = all((values) => model.forecast(values));
  const jobs = rival === undefined ? [ours] : [ours, all(rival.forecast)];
  const [own = NaN, other] = millisInTurns(jobs).map((ms) => ms / SERIES.length);
  if (rival === undefined || other === undefined) return { ...named, value: own };
  return { ...named, value: own, baseline: { name: rival.name, value: other } };
}
