import type { HotKeyShare, SplitAdvice } from '@foreshadow/domain';

/**
 * A key that exceeds the largest worker by itself must be split into several; else the fewest keys that have to go elsewhere so that
 * the rest fits; where the keys that are known are not enough, more partitions.
 * @param cores what the partition asks for
 * @param room what the largest worker has for it
 * @param hotKeys of the partition, by share
 */
export function splitAdvice(cores: number, room: number, hotKeys: readonly HotKeyShare[]): SplitAdvice {
  const sorted = [...hotKeys].sort((a, b) => b.share - a.share);
  const [top] = sorted;
  if (top !== undefined && top.share * cores > room) {
    return {
      kind: 'split-key',
      key: top.key,
      share: top.share,
      parts: Math.ceil((top.share * cores) / room),
    };
  }
  const moved: string[] = [];
  let share = 0;
  for (const hot of sorted) {
    moved.push(hot.key);
    share += hot.share;
    if ((1 - share) * cores <= room) return { kind: 'move-keys', keys: moved, share };
  }
  return { kind: 'split-partition', parts: Math.max(2, Math.ceil(cores / room)) };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

export function adviceText(advice: SplitAdvice): string {
  switch (advice.kind) {
    case 'split-key':
      return `key '${advice.key}' is ${percent(advice.share)} of it: split that key into ${advice.parts}`;
    case 'move-keys': {
      const names = advice.keys.map((key) => `'${key}'`).join(', ');
      const share = percent(advice.share);
      return advice.keys.length === 1
        ? `key ${names} is ${share} of it: give it another partition`
        : `keys ${names} are ${share} of it: give them another partition`;
    }
    case 'split-partition':
      return `split its keys over ${advice.parts} partitions or allow larger workers`;
  }
}
