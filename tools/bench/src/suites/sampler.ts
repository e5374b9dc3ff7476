import type { Figure } from '../report.ts';
import { appendFigures } from '../sampler/appends.ts';
import { frozenFigures } from '../sampler/frozen.ts';
import { kernelFigures } from '../sampler/kernels.ts';
import { recordPathFigures } from '../sampler/record-path.ts';

/** The samplers' kernels, the tap in the record path, beside appends, and with a reader that stands still. */
export async function samplerSuite(): Promise<Figure[]> {
  return [
    ...kernelFigures(),
    // By itself, as in a process whose streams are all sampled alike; the others one beside another.
    ...recordPathFigures(['bernoulli']),
    ...recordPathFigures(['stratified', 'systematic', 'keyed', 'reservoir', 'priority']),
    ...(await appendFigures()),
    ...frozenFigures(),
  ];
}
