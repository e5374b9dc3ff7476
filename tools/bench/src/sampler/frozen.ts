import { createRing, RingWriter, type SampleSink, ShadowTap } from '@foreshadow/shadow';
import type { Figure } from '../report.ts';
import { median } from '../turns.ts';

const OFFERS = 400_000;
const ROUNDS = 7;

const ARMS = {
  none: { rate: undefined, ringBytes: 4096 },
  /** Room for all that comes in a round. */
  read: { rate: 0.01, ringBytes: 1 << 24 },
  frozen: { rate: 0.01, ringBytes: 4096 },
  rarely: { rate: 0.0001, ringBytes: 4096 },
} as const;
type Arm = keyof typeof ARMS;

/**
 * The 99.9th percentile of single offers: without a shadow stream, with one whose ring has room at all times, and with one
 * that no one has read for long. One record in a hundred is sampled, so that this percentile lies among those: beside one
 * that is read it tells what a frozen reader costs, beside none also what copying a sample does. Rounds take turns; each
 * figure is the median of its rounds. The clock is within.
 */
export function frozenFigures(): Figure[] {
  const names = Object.keys(ARMS) as Arm[];
  const rounds = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const value = tailOf(name);
      // The first round warms up.
      if (round > 0) rounds.get(name)!.push(value);
    }
  }
  const of = (name: Arm): number => median(rounds.get(name)!);
  const unit = 'ns, p99.9';
  const none = { name: 'no shadow stream', value: of('none') };
  return [
    { name: 'offer(), no shadow stream', value: of('none'), unit },
    { name: 'offer(), shadow stream at 1 %, read', value: of('read'), unit, baseline: none },
    {
      name: 'offer(), shadow stream at 1 %, its reader frozen',
      value: of('frozen'),
      unit,
      baseline: { name: 'read', value: of('read') },
    },
    {
      name: 'offer(), shadow stream at 0.01 %, its reader frozen',
      value: of('rarely'),
      unit,
      baseline: none,
    },
  ];
}

function tailOf(arm: Arm): number {
  const { rate, ringBytes } = ARMS[arm];
  const ring = new RingWriter(createRing(ringBytes));
  const shadow = (own: number, sink: SampleSink) => {
    return { name: 'x', sampler: { kind: 'bernoulli', rate: own, seed: 2 } as const, sink };
  };
  const tap = new ShadowTap({
    stream: 'bench',
    partitions: 8,
    distinctKeys: false,
    sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
    shadows: rate === undefined ? [] : [shadow(rate, ring)],
  });
  const record = { key: 'customer-1234567', value: new Uint8Array(200), timestampMs: 0 };
  // Until its ring is full.
  if (arm === 'frozen' || arm === 'rarely') while (ring.stats().dropped === 0) tap.offerRecord(0, record);
  const times = new Float64Array(OFFERS);
  for (let i = 0; i < OFFERS; i++) {
    const startedAt = process.hrtime.bigint();
    tap.offerRecord(i & 7, record);
    times[i] = Number(process.hrtime.bigint() - startedAt);
  }
  return times.sort()[Math.floor(OFFERS * 0.999)]!;
}
