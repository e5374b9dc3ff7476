import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadInput, ThreadMessage } from './messages.ts';
import { trainNetwork } from './train.ts';

// The script of a training's thread. What it throws reaches the other side as the thread's error.

const { series, options } = workerData as ThreadInput;
const say = (message: ThreadMessage): void => parentPort?.postMessage(message);

giveWay();
const result = await trainNetwork(series, options, { onEpoch: (report) => say({ kind: 'epoch', report }) });
say({ kind: 'done', result });

/** On a busy machine the others go first. On Linux 0 names the calling thread; elsewhere it is the whole process. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: it trains at the priority of the process.
  }
}
