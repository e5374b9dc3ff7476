/**
 * Opens the directory, counts once and closes it again, `times` times.
 * Usage: open-and-close <path> <times>
 */
import { openLocal } from '../../src/index.ts';

const [path = '', times = '0'] = process.argv.slice(2);
for (let i = 0; i < Number(times); i++) {
  const local = openLocal(path);
  await local.state.put('count', Uint8Array.of(0));
  await local.close();
}
