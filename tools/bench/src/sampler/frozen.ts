import { createRing, RingWriter, type SampleSink, ShadowTap } from '@foreshadow/shadow';
import type { Figure } from '../report.ts';

const OFFERS = 400_000;
const ROUNDS = 5;

/**
 * The 99.9th percentile of single offers: without a shadow stream, with one whose ring is empty at all times, and with one
 * that no one has read for long. Rounds take turns; each figure is the median of its rounds. The clock is within.
 */
export function frozenFigures(): Figure[] {
  const names = ['none', 'read', 'frozen'] as const;
  const p999 = names.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    names.forEach((consumer, i) => {
      const value = tailOf(consumer);
      // The first round warms up.
      if (round > 0) p999[i]!.push(value);
    });
  }
  const [none, read, frozen] = p999.map((values) => values.sort((a, b) => a - b)[ROUNDS >> 1]!) as [
    number,
    number,
    number,
  ];
  const unit = 'ns, p99.9';
  const baseline = { name: 'no consumer', value: none };
  return [
    { name: 'offer(), no shadow stream', value: none, unit },
    { name: 'offer(), shadow stream at 1 %, read', value: read, unit, baseline },
    { name: 'offer(), shadow stream at 1 %, its reader frozen', value: frozen, unit, baseline },
  ];
}

function tailOf(consumer: 'none' | 'read' | 'frozen'): number {
  const ring = new RingWriter(createRing(consumer === 'read' ? 1 << 24 : 4096));
  const shadow = (sink: SampleSink) => {
    return { name: 'x', sampler: { kind: 'bernoulli', rate: 0.01, seed: 2 } as const, sink };
  };
  const tap = new ShadowTap({
    stream: 'bench',
    partitions: 8,
    distinctKeys: false,
    sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
    shadows: consumer === 'none' ? [] : [shadow(ring)],
  });
  const record = { key: 'customer-1234567', value: new Uint8Array(200), timestampMs: 0 };
  const times = new Float64Array(OFFERS);
  for (let i = 0; i < OFFERS; i++) {
    const startedAt = process.hrtime.bigint();
    tap.offerRecord(i & 7, record);
    times[i] = Number(process.hrtime.bigint() - startedAt);
  }
  return times.sort()[Math.floor(OFFERS * 0.999)]!;
}
