/**
 * Holds a snapshot of the database until it is killed, as a process does that dies while it reads.
 * Usage: hold-snapshot <path>
 */
import { open } from 'lmdb';

const [path = ''] = process.argv.slice(2);
const root = open<Buffer, Buffer>({ path, noSync: true, keyEncoding: 'binary', encoding: 'binary' });
const transaction = root.useReadTransaction();
root.get(Buffer.of(1), { transaction });
process.stdout.write('holding\n');
setInterval(() => transaction, 1000);
