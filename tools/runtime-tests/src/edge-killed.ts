import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PartitionDetail, PartitionKey, StreamRecord } from '@foreshadow/domain';
import { openLocal } from '@foreshadow/local';
import { startTestActuator } from './test-actuator.ts';

const STREAM = 'killed';
const PARTITION: PartitionKey = `${STREAM}/0`;
const BEFORE_KILL_MS = 12_000;
const AFTER_KILL_MS = 8000;
const RECORDS_PER_SEC = 100;

/** Kill an edge in mid-stream: the actuator must go on from its last state with the log's own append rate. */
export async function checkEdgeKilled(storagePath: string): Promise<string> {
  const actuator = await startTestActuator(storagePath, [STREAM]);
  const local = openLocal(storagePath);
  await local.log.createStream(STREAM, 2);
  const edge = spawn(
    process.execPath,
    [fileURLToPath(new URL('./entry-forever.js', import.meta.url)), actuator.linkUrl, STREAM],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const appending = setInterval(
    () => void local.log.append(new Map([[PARTITION, records(RECORDS_PER_SEC / 10)]])),
    100,
  );
  try {
    await sleep(BEFORE_KILL_MS);
    const before = await detailOf(actuator.url);
    expect(!before.view.stale && before.view.path.length > 3, 'a fresh forecast before the kill', before);
    await kill(edge);
    await sleep(AFTER_KILL_MS);
    const after = await detailOf(actuator.url);
    expect(after.view.stale, 'marked stale: no edge reports', after);
    expect(after.view.atMs > before.view.atMs + AFTER_KILL_MS / 2, 'newer than before the kill', after);
    expect(after.view.path.length === before.view.path.length, 'the whole path is forecast', after);
    const near = after.view.path[0]!.mean;
    expect(
      near > RECORDS_PER_SEC / 2 && near < RECORDS_PER_SEC * 2,
      `about ${RECORDS_PER_SEC} records/s ahead`,
      after,
    );
    return `forecast ${near.toFixed(0)} records/s ${AFTER_KILL_MS / 1000} s after the kill`;
  } finally {
    clearInterval(appending);
    await kill(edge);
    await local.close();
    await actuator.close();
  }
}

function records(count: number): StreamRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `k${i}`,
    value: new Uint8Array(200),
    timestampMs: Date.now(),
  }));
}

async function detailOf(url: string): Promise<PartitionDetail> {
  return (await (await fetch(`${url}/v1/partitions/${PARTITION}`)).json()) as PartitionDetail;
}

function expect(condition: boolean, what: string, got: PartitionDetail): void {
  if (!condition) throw new Error(`expected: ${what}; got ${JSON.stringify(got.view)}`);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
