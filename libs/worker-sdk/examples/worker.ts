import { partitionKey, systemClock } from '@foreshadow/domain';
import { MemoryLeases, MemoryStateStore, MemoryStreamLog, StateWorkerRegistry } from '@foreshadow/ports';
import { runWorker } from '@foreshadow/worker-sdk';

const log = new MemoryStreamLog(systemClock);
await log.createStream('orders', 2);
const value = new TextEncoder().encode('{"total":42}');
await log.append(
  new Map([[partitionKey('orders', 0), [{ key: 'ada', value, timestampMs: systemClock.nowMs() }]]]),
);

const done = new AbortController();
const { processedRecords } = await runWorker({
  id: 'worker-1',
  pool: 'orders',
  group: 'billing',
  partitions: [partitionKey('orders', 0), partitionKey('orders', 1)],
  log,
  leases: new MemoryLeases(systemClock),
  registry: new StateWorkerRegistry(new MemoryStateStore(systemClock)),
  clock: systemClock,
  signal: done.signal,
  handler: (records) => {
    for (const record of records) console.log(record.key, new TextDecoder().decode(record.value));
    done.abort();
  },
});
console.log(`processed ${processedRecords}`);
