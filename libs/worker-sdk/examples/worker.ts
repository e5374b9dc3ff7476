import { partitionKey, systemClock as clock } from '@foreshadow/domain';
import { MemoryLeases, MemoryStateStore, MemoryStreamLog, StateWorkerRegistry } from '@foreshadow/ports';
import { type RecordHandler, runWorker } from '@foreshadow/worker-sdk';

const [log, leases] = [new MemoryStreamLog(clock), new MemoryLeases(clock)];
const registry = new StateWorkerRegistry(new MemoryStateStore(clock));
const worker = { id: 'worker-1', pool: 'orders', group: 'billing', partitions: [partitionKey('orders', 0)] };
await log.createStream('orders', 1);
const record = { key: 'ada', value: new TextEncoder().encode('{"total":42}'), timestampMs: clock.nowMs() };
await log.append(new Map([[partitionKey('orders', 0), [record]]]));

const done = new AbortController();
const handler: RecordHandler = (records) => {
  for (const { key, value } of records) console.log(key, new TextDecoder().decode(value));
  done.abort();
};
const ended = await runWorker({ ...worker, log, leases, registry, clock, handler, signal: done.signal });
console.log(`processed ${ended.processedRecords}`);
