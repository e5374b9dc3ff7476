import { type SamplerKind, type SamplerOptions, ShadowTap } from '@foreshadow/shadow';
import '@foreshadow/shadow/samplers';
import type { Figure } from '../report.ts';
import { cpuMs, millisInTurns } from '../turns.ts';

/** So few that they stay in the processor's cache, where a record is that was just parsed; a tick passes over them again. */
const RECORDS = 8192;
const PASSES = 8;
const PARTITIONS = 8;

interface Records {
  readonly keys: readonly string[];
  readonly sizes: Uint32Array;
}

/** Records with keys of 16 bytes. */
export function makeRecords(): Records {
  return {
    keys: flat(Array.from({ length: RECORDS }, (_, i) => `customer-${(i * 7919) % 4096}`.padEnd(16, '0'))),
    sizes: Uint32Array.from({ length: RECORDS }, (_, i) => 100 + ((i * 31) % 900)),
  };
}

/** Strings as a parser gives them: of one piece. Those that were put together cost an indirection a character. */
export function flat(strings: readonly string[]): string[] {
  return JSON.parse(JSON.stringify(strings)) as string[];
}

/**
 * One of several loops of its kind, so that it is compiled for any records, as those with a tap are. The engine would
 * compile the only one for these alone, with all of them as constants.
 */
function general(make: () => () => number): () => number {
  make();
  return make();
}

/** What a tap adds to a loop that only looks at its records; the loops take turns. */
export function recordPathFigures(kinds: readonly SamplerKind[]): Figure[] {
  const records = makeRecords();
  const taps = kinds.flatMap((kind) => [tapOf(kind, false), tapOf(kind, true)]);
  const [bare, naive, ...loops] = millisInTurns(
    [
      general(() => bareLoop(records)),
      general(() => naiveLoop(records)),
      ...taps.map((tap) => tappedLoop(records, tap)),
    ],
    cpuMs,
  ).map((ms) => (ms * 1e6) / (PASSES * RECORDS)) as [number, number, ...number[]];
  const unit = 'ns/record';
  return [
    { name: 'bare loop', value: bare, unit },
    ...kinds.flatMap((kind, i): Figure[] => {
      const [plain, sketching] = [loops[2 * i]! - bare, loops[2 * i + 1]! - bare];
      const baseline = { name: 'Math.random() < p, without counters', value: naive - bare };
      return [
        {
          name: `what the tap adds, ${kind}`,
          value: plain,
          unit,
          baseline,
          ...(kind === 'bernoulli' ? { target: { atMost: 8, of: 'value' as const } } : {}),
        },
        {
          name: `what the tap adds, ${kind}, distinct keys counted`,
          value: sketching,
          unit,
          baseline: { name: 'without distinct keys', value: plain },
        },
      ];
    }),
  ];
}

function tapOf(kind: SamplerKind, distinctKeys: boolean): ShadowTap {
  const sampler: SamplerOptions = { kind, rate: 0.01, seed: 1 };
  return new ShadowTap({ stream: 'bench', partitions: PARTITIONS, sampler, distinctKeys });
}

function bareLoop({ keys, sizes }: Records): () => number {
  return () => {
    let sink = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      for (let i = 0; i < RECORDS; i++) sink += keys[i]!.length + sizes[i]!;
    }
    return sink;
  };
}

function naiveLoop({ keys, sizes }: Records): () => number {
  return () => {
    let sink = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      for (let i = 0; i < RECORDS; i++) {
        sink += keys[i]!.length + sizes[i]!;
        if (Math.random() < 0.01) sink += keys[i]!.charCodeAt(0);
      }
    }
    return sink;
  };
}

function tappedLoop({ keys, sizes }: Records, tap: ShadowTap): () => number {
  let ticks = 0;
  return () => {
    let sink = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      for (let i = 0; i < RECORDS; i++) {
        sink += keys[i]!.length + sizes[i]!;
        tap.offer(i & (PARTITIONS - 1), keys[i], sizes[i]!);
      }
    }
    tap.tick(1_700_000_000_000 + 1000 * ticks++, 1000);
    return sink;
  };
}
