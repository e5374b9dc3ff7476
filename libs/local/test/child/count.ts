/**
 * Adds one to a counter `times` times, each time under the lease `counter`, by reading and then writing without a
 * condition: correct only if no two processes ever hold the lease together.
 * Usage: count <path> <owner> <times>
 */
import { systemClock } from '@foreshadow/domain';
import { openLocal } from '../../src/index.ts';

const [path = '', owner = '', times = '0'] = process.argv.slice(2);
const local = openLocal(path);
const { leases, state } = local;
for (let done = 0; done < Number(times); ) {
  const lease = await leases.acquire('counter', owner, 5000);
  if (lease === undefined) {
    await systemClock.sleep(1);
    continue;
  }
  const before = (await state.get('count'))?.value[0] ?? 0;
  await systemClock.sleep(1);
  await state.put('count', Uint8Array.of(before + 1));
  await leases.release(lease);
  done++;
}
await local.close();
