import type { Allocation, PoolPlan, ReasonCode } from '@foreshadow/domain';

type Told = Pick<PoolPlan, 'reason' | 'message'>;

const MIB = 2 ** 20;
const NAMES = { memoryBytes: 'memory', networkBytesPerSec: 'network', diskBytesPerSec: 'disk' } as const;
/** Reasons for leaving count, CPU and owners as they are. */
const NOTHING_ELSE: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'WITHIN_TOLERANCE',
  'STABILIZING',
  'DEMAND_RETURNS',
  'BACKLOGGED',
  'NO_DATA',
]);

/** Say which allowances of a worker change besides CPU; where nothing else does, they are the reason. */
export function tellResizes<T extends Told>(told: T, before: Allocation | null, after: Allocation): T {
  const resizes = (['memoryBytes', 'networkBytesPerSec', 'diskBytesPerSec'] as const).flatMap((r) => {
    const was = before?.perWorker[r] ?? NaN;
    const is = after.perWorker[r];
    return is === was || Number.isNaN(was) ? [] : [{ resource: r, was, is }];
  });
  if (resizes.length === 0) return told;
  const isUp = resizes.some(({ was, is }) => is > was);
  const reason = NOTHING_ELSE.has(told.reason) ? (isUp ? 'VERTICAL_UP' : 'VERTICAL_DOWN') : told.reason;
  const words = resizes.map(({ resource, was, is }) => {
    const unit = resource === 'memoryBytes' ? 'MiB' : 'MiB/s';
    return `${NAMES[resource]} ${mebibytes(was)} → ${mebibytes(is)} ${unit}`;
  });
  return { ...told, reason, message: `${told.message}; ${words.join(', ')}` };
}

const mebibytes = (bytes: number): string => (bytes / MIB).toFixed(bytes < 100 * MIB ? 1 : 0);
