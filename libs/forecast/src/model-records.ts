import type { ModelRecord } from '@foreshadow/domain';
import { kernelHash } from '@foreshadow/wasm-forecast';
import { modelNumber } from './fit-job.ts';
import { FITTED_MODELS, type FittedModelName } from './fit-plan.ts';
import type { ForecastKernel, Slot } from './kernel.ts';
import { describeModel } from './model-form.ts';

/** Records of the fitted models of a series whose newest step ended at `atMs`. */
export function modelRecords(
  kernel: ForecastKernel,
  slot: Slot,
  stepMs: number,
  atMs: number,
): readonly ModelRecord[] {
  return FITTED_MODELS.flatMap((model) => recordOf(kernel, slot, model, stepMs, atMs));
}

function recordOf(
  { exports }: ForecastKernel,
  { plan, at }: Slot,
  model: FittedModelName,
  stepMs: number,
  atMs: number,
): ModelRecord[] {
  const kind = modelNumber({ model });
  const view = new DataView(exports.memory.buffer, exports.modelStateAt(plan, at, kind));
  if (view.getInt32(0, true) !== kind) return [];
  const { form, parameters } = describeModel(model, view);
  const count = view.getInt32(4, true);
  const toMs = atMs - (exports.stepCount(at) - exports.modelFittedAt(plan, at, kind)) * stepMs;
  return [
    {
      algorithm: model,
      form,
      stepMs,
      parameters,
      trainedOn: { fromMs: toMs - count * stepMs, toMs, count },
      score: exports.modelScore(plan, at, kind),
      version: kernelHash(),
    },
  ];
}
