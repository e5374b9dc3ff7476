import { type SamplerKind, ShadowTap } from '@foreshadow/shadow';
import '@foreshadow/shadow/samplers';

const RECORDS = 2000;
const BINS = 16;
/** 99.99 % quantile of χ² with 16 degrees of freedom. */
export const CHI_SQUARE_BOUND = 44.5;

/**
 * χ² of how often each sixteenth of a tick is sampled, over `runs` ticks. Samplers that draw within blocks or a fixed
 * number scatter less than independent choices, against which it is scaled.
 */
export function uniformity(kind: SamplerKind, rate: number, runs: number): number {
  const taken = new Array<number>(BINS).fill(0);
  const positions = Uint32Array.from({ length: RECORDS }, (_, i) => i);
  for (let run = 0; run < runs; run++) {
    const tap = tapOf(kind, rate, run);
    const keys = kind === 'keyed' ? Array.from(positions, (i) => `${run}/${i}`) : undefined;
    tap.offerBatch(0, keys, positions, RECORDS);
    for (const { sizeBytes } of tap.sampledRecords(0)) taken[Math.floor((sizeBytes * BINS) / RECORDS)]!++;
  }
  const total = taken.reduce((sum, n) => sum + n, 0);
  const share = total / (runs * RECORDS);
  if (share === 1) return 0;
  const expected = total / BINS;
  return taken.reduce((sum, n) => sum + (n - expected) ** 2 / (expected * (1 - share)), 0);
}

function tapOf(kind: SamplerKind, rate: number, run: number): ShadowTap {
  const isFixed = kind === 'reservoir' || kind === 'priority';
  const size = Math.max(2, Math.round(rate * RECORDS)) + (kind === 'priority' ? 1 : 0);
  return new ShadowTap({
    stream: 's',
    partitions: 1,
    distinctKeys: false,
    // By class, all of one cost: as likely as each other.
    sampler: {
      kind,
      rate: isFixed ? 1 : rate,
      seed: run * 7919 + 1,
      capacity: isFixed ? size : RECORDS,
      by: 'class',
    },
  });
}
