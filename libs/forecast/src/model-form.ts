import type { FittedModelName } from './fit-plan.ts';

/** A fitted model in the notation of the field. */
export interface ModelForm {
  readonly form: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Read form and parameters of a model's state in the kernel's memory. */
export function describeModel(model: FittedModelName, state: DataView): ModelForm {
  const season = state.getInt32(32, true);
  return {
    form: `${model.toUpperCase()}${season > 1 ? `[${season}]` : ''}`,
    parameters: {
      aicc: state.getFloat64(16, true),
      sigma2: state.getFloat64(24, true),
      logLikelihood: state.getFloat64(8, true),
    },
  };
}
