import { DEFAULT_SETTINGS, type Policy, Stage, traceOf } from '@foreshadow/simulate';
import { cpuSeconds } from '../measure.ts';
import type { Figure } from '../report.ts';

const SECONDS = 100_000;
const PARTITIONS = [1, 16, 256];
/** The best of these counts: the first ones are compiled on the way. */
const ROUNDS = 5;
const LEAST_STEPS_PER_SEC = 1e6;

/** A policy that costs next to nothing and moves workers all the time. */
const FOLLOW: Policy = {
  name: 'follow',
  syncSeconds: 5,
  metricDelaySeconds: 0,
  start: () => (o) => ({ workers: Math.ceil((o.metrics?.arrivalsPerSec(30) ?? 0) / 85) }),
};

/** Speed of the fluid core, by the CPU time of one core. */
export async function simulateSuite(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const partitions of PARTITIONS) {
    const stage = stageOf(partitions);
    let seconds = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      seconds = Math.min(seconds, await cpuSeconds(() => void stage.play(FOLLOW)));
    }
    const nanos = (1e9 * seconds) / (SECONDS * partitions);
    figures.push({
      name: `a second of a partition, ${partitions} partition${partitions === 1 ? '' : 's'}`,
      value: nanos,
      unit: 'ns',
      baseline: { name: 'a million a second', value: 1e9 / LEAST_STEPS_PER_SEC },
      target: { atMost: 1, of: 'ratio' },
    });
  }
  return figures;
}

function stageOf(partitions: number): Stage {
  const perSecond = Array.from({ length: SECONDS }, (_, i) => 800 + 400 * Math.sin(i / 300) + (i % 7) * 10);
  const trace = traceOf({ name: 'bench', perSecond, partitions });
  return new Stage({ trace, settings: { ...DEFAULT_SETTINGS, maxWorkers: 24 }, seed: 1 });
}
