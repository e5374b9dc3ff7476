/**
 * A worker that does no work: announces itself, and behaves as it is told to.
 * Usage: worker <path> <pool> <id> <behaviour>
 *   obedient   drains when its directive says so
 *   deaf       does not heed its directive; ends on SIGTERM
 *   stubborn   heeds neither
 *   failing    ends with exit code 3 once it is ready
 *   lingering  drains, and does not end until SIGTERM
 */
import { getHeapStatistics } from 'node:v8';
import { systemClock, type WorkerPhase } from '@foreshadow/domain';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { openLocal } from '../../src/index.ts';

const [path = '', pool = '', id = '', behaviour = 'obedient'] = process.argv.slice(2);
if (behaviour === 'stubborn') process.on('SIGTERM', () => undefined);
const local = openLocal(path);
const registry = new StateWorkerRegistry(local.state);
const startedAtMs = systemClock.nowMs();
let readyAtMs: number | undefined;

async function announce(phase: WorkerPhase): Promise<void> {
  const atMs = systemClock.nowMs();
  if (phase === 'ready') readyAtMs ??= atMs;
  const owns = (await registry.directive(pool, id))?.partitions ?? [];
  const heapLimitBytes = getHeapStatistics().heap_size_limit;
  const times = { startedAtMs, readyAtMs, atMs };
  await registry.announce({ id, pool, phase, pid: process.pid, owns, heapLimitBytes, ...times });
}

await announce('starting');
await systemClock.sleep(Number(process.env['FORESHADOW_START_DELAY_MS'] ?? NaN));
await announce('ready');
if (behaviour === 'failing') process.exit(3);
const heeds = behaviour === 'obedient' || behaviour === 'lingering';
while (!heeds || (await registry.directive(pool, id))?.drain !== true) {
  await announce('ready');
  await systemClock.sleep(20);
}
await announce('draining');
await announce('drained');
await local.close();
if (behaviour === 'lingering') setInterval(() => undefined, 1000);
