/**
 * Sets the shared number of the newest transaction back by one, as a process does that opens the environment while
 * others commit. A process of its own: closing the lock file drops the locks that a process has on it.
 * Usage: forget <path>
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Behind magic and format, u32 each. */
const NUMBER_OFFSET = 8;

const [path = ''] = process.argv.slice(2);
const file = openSync(join(path, 'lock.mdb'), 'r+');
const number = Buffer.alloc(8);
readSync(file, number, 0, 8, NUMBER_OFFSET);
number.writeBigUInt64LE(number.readBigUInt64LE() - 1n);
writeSync(file, number, 0, 8, NUMBER_OFFSET);
closeSync(file);
