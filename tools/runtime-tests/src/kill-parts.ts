import { type DemoProcess, sleep, startDemo } from './demo-process.ts';

const SETTLE_MS = 12_000;

interface Summary {
  readonly recordsIn: number;
  readonly recordsProcessed: number;
  readonly lost: number;
  readonly duplicates: number;
}

/** SIGKILL a worker, the edge and the actuator of a running demo, one after the other: nothing may be lost. */
export async function checkKilledParts(dataDir: string): Promise<string> {
  const demo = await startDemo(['--start-delay', '1s', '--rate', '300', '--data', dataDir]);
  try {
    await sleep(SETTLE_MS);
    for (const [name, pattern] of PARTS) {
      process.kill(pidOf(demo, name, pattern), 'SIGKILL');
      await sleep(SETTLE_MS);
    }
  } finally {
    await demo.stop();
  }
  const { recordsIn, recordsProcessed, lost, duplicates } = (await demo.summary) as Summary;
  const said = demo.said();
  for (const part of ['edge', 'actuator']) {
    if (!new RegExp(`^${part} \\(pid \\d+\\) ended: SIGKILL`, 'm').test(said))
      throw new Error(`${part} was not seen to end:\n${said}`);
  }
  if (lost !== 0 || recordsIn === 0 || recordsProcessed !== recordsIn) {
    throw new Error(`in ${recordsIn}, processed ${recordsProcessed}, lost ${lost}\n${said}`);
  }
  return `${recordsIn} records in, all processed, ${duplicates} redelivered`;
}

const PARTS = [
  ['worker', /^orders-workers-\d+: process (\d+)$/gm],
  ['edge', /edge pid (\d+)/g],
  ['actuator', /actuator pid (\d+)/g],
] as const;

/** The last process of that kind that the demo has told of. */
function pidOf(demo: DemoProcess, name: string, pattern: RegExp): number {
  const pid = Number([...demo.said().matchAll(pattern)].at(-1)?.[1]);
  if (!Number.isInteger(pid)) throw new Error(`the demo has told of no ${name}:\n${demo.said()}`);
  return pid;
}
