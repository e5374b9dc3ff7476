import type { Figure } from '../report.ts';
import { appendFigures } from '../sampler/appends.ts';
import { frozenFigures } from '../sampler/frozen.ts';
import { kernelFigures } from '../sampler/kernels.ts';
import { recordPathFigures } from '../sampler/record-path.ts';

/** The samplers' kernels, the tap in the record path, beside appends, and with a reader that stands still. */
export async function samplerSuite(): Promise<Figure[]> {
  return [
    ...kernelFigures(),
    ...recordPathFigures(['bernoulli', 'stratified', 'systematic', 'keyed', 'reservoir', 'priority']),
    ...(await appendFigures()),
    ...frozenFigures(),
  ];
}
