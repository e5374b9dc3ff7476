// A worker of the run: `node worker.js <pool> <id>`.
import { join } from 'node:path';
import { toWorkerPool } from '@foreshadow/domain/config';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { runWorker } from '@foreshadow/worker-sdk';
import { recordingLeases, recordingLog } from '../history/recording.ts';
import { createHandler } from './handler.ts';
import { openSetting } from './setting.ts';
import { openStores } from './stores.ts';

const [, id = ''] = process.argv.slice(2);
const { config, history, clock, logger, signal } = openSetting(id);
const stores = await openStores(config, clock, logger);
const [stream, pool] = [config.streams[0]!, config.pools[0]!];
await runWorker({
  id,
  pool: pool.name,
  group: pool.group,
  partitions: toWorkerPool(pool, stream).partitions,
  log: recordingLog(stores.log, id, history),
  leases: recordingLeases(stores.leases, history),
  registry: new StateWorkerRegistry(stores.state),
  clock,
  handler: createHandler({ worker: id, history, clock, slowFile: join(config.storage.path, 'slow') }),
  leaseTtlMs: pool.worker.leaseTtlMs,
  drainTimeoutMs: config.local.drainTimeoutMs,
  signal,
  logger,
});
await stores.close();
