import type { EtsModel } from '../../src/models/ets.ts';
import type { EtsForm, EtsParameters, EtsStates } from '../../src/reference/models/ets.ts';

const ERRORS = ['A', 'M'] as const;
const TRENDS = ['N', 'A', 'Ad'] as const;
const SEASONS = ['N', 'A', 'M'] as const;

/** Every form whose variance is finite; with an additive error a season is none or additive. */
export const ETS_FORMS: readonly EtsForm[] = ERRORS.flatMap((error) =>
  TRENDS.flatMap((trend) =>
    SEASONS.filter((season) => error === 'M' || season !== 'M').map((season) => ({ error, trend, season })),
  ),
);

/** ETS(M,Ad,A) in R's notation. */
export function formOf(name: string): EtsForm {
  const [error, trend, season] = name.slice(4, -1).split(',') as [
    EtsForm['error'],
    EtsForm['trend'],
    EtsForm['season'],
  ];
  return { error, trend, season };
}

export function nameOf({ error, trend, season }: EtsForm): string {
  return `ETS(${error},${trend},${season})`;
}

/** The numbers that fix a form in the kernel. */
export function etsSpec({ error, trend, season }: EtsForm): number[] {
  return [ERRORS.indexOf(error), TRENDS.indexOf(trend), SEASONS.indexOf(season)];
}

/** Smoothing parameters and variance in a fitted state. */
const PARAMETERS = { sigma2: 24, alpha: 64, beta: 72, gamma: 80, phi: 88, level: 96, slope: 104 } as const;
const PHASE = 60;
const SHAPE = 128;

/** Put other parameters and states into a fitted state of the same form. */
export function writeEts(state: DataView, model: EtsParameters & EtsStates & Pick<EtsModel, 'sigma2'>): void {
  for (const [name, offset] of Object.entries(PARAMETERS)) {
    state.setFloat64(offset, model[name as keyof typeof PARAMETERS], true);
  }
  state.setInt32(PHASE, 0, true);
  for (const [i, s] of model.shape.entries()) state.setFloat64(SHAPE + 8 * i, s, true);
}
