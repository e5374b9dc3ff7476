/**
 * Opens the directory, writes, and ends without closing; removes it before if told to.
 * Usage: leave-open <path> [remove]
 */
import { rmSync } from 'node:fs';
import { openLocal } from '../../src/index.ts';

const [path = '', remove] = process.argv.slice(2);
const local = openLocal(path);
await local.state.put('count', Uint8Array.of(0));
if (remove !== undefined) rmSync(path, { recursive: true });
process.exit(0);
