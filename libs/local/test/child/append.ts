/**
 * Appends batches for ever or `batches` of them: the same number of records to two partitions at once, values
 * `<tag>:<running number>`.
 * Usage: append <path> <tag> <batches | Infinity>
 */
import { openLocal } from '../../src/index.ts';

const [path = '', tag = '', batches = '0'] = process.argv.slice(2);
const local = openLocal(path);
await local.log.createStream('orders', 2);
let next = 0;
for (let i = 0; i < Number(batches); i++) {
  const count = 1 + (i % 40);
  const records = Array.from({ length: count }, () => ({
    key: tag,
    value: Buffer.from(`${tag}:${next++}`.padEnd(100)),
    timestampMs: i,
  }));
  await local.log.append(
    new Map([
      ['orders/0', records],
      ['orders/1', records],
    ]),
  );
  if (i === 0) process.stdout.write('appending\n');
}
await local.close();
