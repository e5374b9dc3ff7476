import type { PartitionKey } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { MemoryStreamLog } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { expect, it, vi } from 'vitest';
import { startTrimming } from '../src/trimming.ts';

const PARTITION: PartitionKey = 'orders/0';
const config = parseConfig({ streams: [{ name: 'orders', partitions: 1 }], storage: { retainRecords: 2 } });
const record = { key: undefined, value: new Uint8Array(1), timestampMs: 0 };

async function logWithTenRecords(clock: FakeClock): Promise<MemoryStreamLog> {
  const log = new MemoryStreamLog(clock);
  await log.createStream('orders', 1);
  await log.append(new Map([[PARTITION, Array.from({ length: 10 }, () => record)]]));
  return log;
}

const logger = () => ({ info: vi.fn(), warn: vi.fn(), error: vi.fn() });

it('drops what is committed and keeps what is to be retained', async () => {
  const clock = new FakeClock();
  const log = await logWithTenRecords(clock);
  await log.claim(PARTITION, 'workers', 1);
  await log.commit(PARTITION, 'workers', 6, 1);
  const stop = startTrimming(config, log, clock, logger());
  expect((await log.read(PARTITION, 0, 1, 0))[0]?.position).toBe(0);
  await clock.advance(10_000);
  expect((await log.read(PARTITION, 0, 1, 0))[0]?.position).toBe(4);
  await stop();
});

it('goes on after a failure and ends when told', async () => {
  const clock = new FakeClock();
  const log = await logWithTenRecords(clock);
  const trim = vi.spyOn(log, 'trim').mockRejectedValueOnce(new Error('busy'));
  const seen = logger();
  const stop = startTrimming(config, log, clock, seen);
  await clock.advance(10_000);
  expect(seen.warn).toHaveBeenCalledOnce();
  await clock.advance(10_000);
  expect(trim).toHaveBeenCalledTimes(2);
  await stop();
  await clock.advance(60_000);
  expect(trim).toHaveBeenCalledTimes(2);
});
