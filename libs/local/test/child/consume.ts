/**
 * Shares partition orders/0 with others of the group `g`: takes the lease, reads from what is committed, commits, and
 * lets go. Prints each value once it is committed, and ends after `total` were committed by the group.
 * Usage: consume <path> <owner> <total>
 */
import { systemClock } from '@foreshadow/domain';
import { openLocal } from '../../src/index.ts';

const [path = '', owner = '', total = '0'] = process.argv.slice(2);
const local = openLocal(path);
const { leases, log } = local;
for (let position = 0; position < Number(total); ) {
  const lease = await leases.acquire('orders/0', owner, 2000);
  if (lease === undefined) {
    await systemClock.sleep(1);
    continue;
  }
  position = await log.claim('orders/0', 'g', lease.token);
  const records = await log.read('orders/0', position, 50, 20);
  position += records.length;
  await log.commit('orders/0', 'g', position, lease.token);
  for (const record of records) process.stdout.write(`${Buffer.from(record.value).toString().trim()}\n`);
  await leases.release(lease);
  await systemClock.sleep(1);
}
await local.close();
