import { ShadowTap } from '@foreshadow/shadow';
import { nanosPer } from '../measure.ts';
import type { Figure } from '../report.ts';

const RECORDS = 65_536;
const MASK = RECORDS - 1;

type Kind = 'bernoulli' | 'stratified' | 'systematic';

export function samplerSuite(): Promise<Figure[]> {
  return tapFigures(['bernoulli', 'stratified', 'systematic']);
}

/** What a tap adds to a loop that only looks at its records; rivals are one line of plain JavaScript. */
export async function tapFigures(kinds: readonly Kind[]): Promise<Figure[]> {
  const keys = Array.from({ length: RECORDS }, (_, i) => `customer-${(i * 7919) % 4096}`.padEnd(16, '0'));
  const sizes = Uint32Array.from({ length: RECORDS }, (_, i) => 100 + ((i * 31) % 900));
  let sink = 0;
  const bare = await nanosPer(RECORDS, () => {
    for (let i = 0; i < RECORDS; i++) sink += keys[i]!.length + sizes[i & MASK]!;
    return sink;
  });
  const naive = await nanosPer(RECORDS, () => {
    for (let i = 0; i < RECORDS; i++) {
      sink += keys[i]!.length + sizes[i & MASK]!;
      if (Math.random() < 0.01) sink += keys[i]!.charCodeAt(0);
    }
    return sink;
  });
  const figures: Figure[] = [{ name: 'bare loop', value: bare, unit: 'ns/record' }];
  for (const kind of kinds) {
    const sampler = { kind, rate: 0.01, seed: 1 };
    const tap = new ShadowTap({ stream: 'bench', partitions: 8, sampler, distinctKeys: false });
    const sketching = new ShadowTap({ stream: 'bench', partitions: 8, sampler });
    let ticks = 0;
    const withSketch = await nanosPer(RECORDS, () => {
      for (let i = 0; i < RECORDS; i++) {
        sink += keys[i]!.length + sizes[i & MASK]!;
        sketching.offer(i & 7, keys[i], sizes[i & MASK]!);
      }
      sketching.tick(1_700_000_000_000 + 1000 * ticks++, 1000);
      return sink;
    });
    const cost = await nanosPer(RECORDS, () => {
      for (let i = 0; i < RECORDS; i++) {
        sink += keys[i]!.length + sizes[i & MASK]!;
        tap.offer(i & 7, keys[i], sizes[i & MASK]!);
      }
      tap.tick(1_700_000_000_000 + 1000 * ticks++, 1000);
      return sink;
    });
    figures.push({
      name: `loop with tap, ${kind} 1 %, exact counters`,
      value: cost,
      unit: 'ns/record',
      baseline: { name: 'bare loop', value: bare },
    });
    figures.push({
      name: `what the tap adds, ${kind}`,
      value: cost - bare,
      unit: 'ns/record',
      baseline: { name: 'Math.random() < p, without counters', value: naive - bare },
    });
    figures.push({
      name: `what the tap adds, ${kind}, distinct keys counted`,
      value: withSketch - bare,
      unit: 'ns/record',
      baseline: { name: 'without distinct keys', value: cost - bare },
    });
  }
  return figures;
}
