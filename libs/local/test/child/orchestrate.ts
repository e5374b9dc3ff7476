/**
 * An orchestrator that starts two workers and waits to be killed.
 * Usage: orchestrate <path> <worker script>
 */
import { join } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { LocalOrchestrator, openLocal } from '../../src/index.ts';
import { planOf, poolOf } from '../orchestrator/plans.ts';

const [path = '', script = ''] = process.argv.slice(2);
const local = openLocal(path);
const orchestrator = new LocalOrchestrator({
  registry: new StateWorkerRegistry(local.state),
  command: ({ id, pool }) => ({ file: process.execPath, args: [script, path, pool, id, 'obedient'] }),
  clock: systemClock,
  startDelayMs: 0,
  drainTimeoutMs: 5000,
  // Not this process's output: the test waits for its end, which workers would hold open.
  logDirectory: join(path, 'logs'),
});
await orchestrator.apply(poolOf('workers'), planOf('workers', 2));
while ((await orchestrator.observe(poolOf('workers'))).filter((w) => w.phase === 'ready').length < 2) {
  await systemClock.sleep(20);
}
process.stdout.write('two ready\n');
setInterval(() => undefined, 1000);
