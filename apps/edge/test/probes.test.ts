import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { MemoryStreamLog } from '@foreshadow/ports';
import type { ProbeStatus } from '@foreshadow/shadow-thread';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEdge } from '../src/index.ts';

/** (memory 1), reserve: (i32) → 0, probe: (i32 at, i32 length) → f64 2 · length */
const TWICE_WASM =
  '0061736d01000000010c0260017f017f60027f7f017c03030200010503010001071c03066d656d6f72790200077265736572' +
  '766500000570726f626500010a0f02040041000b0800200141026cb70b';
const WAIT = { timeout: 30_000, interval: 50 };
/** Forty records of 10 bytes, of twenty keys. */
const BODY = Array.from({ length: 40 }, (_, i) => `{"k":"${String(i % 20).padStart(2, '0')}"}`).join('\n');

let directory: string;
const built = (name: string): URL => pathToFileURL(join(directory, `${name}.mjs`));
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foreshadow-probes-'));
  const sources = new URL('../../../libs/shadow-thread/src/', import.meta.url);
  for (const name of ['thread', 'probe-consumer']) {
    buildSync({
      entryPoints: [new URL(`${name}.ts`, sources).pathname],
      outfile: join(directory, `${name}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@foreshadow/source'],
      logLevel: 'warning',
    });
  }
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rm(directory, { recursive: true }));

/** A real edge whose stream has a probe in a real thread. */
async function start(file: string, content: string | Buffer, limits: object = {}) {
  const module = join(directory, file);
  writeFileSync(module, content);
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 2, probe: { module, rate: 1, cpuShare: 1, ...limits } }],
    // Port 9 takes no link: the node must run without an actuator.
    edge: { port: 0, actuatorUrl: 'ws://127.0.0.1:9/v1/link' },
    forecast: { tickMs: 100, horizonsMs: [1000], forecaster: 'last-value' },
  });
  const error = vi.fn();
  const logger = { info: () => undefined, warn: () => undefined, error };
  const probeScripts = { thread: built('thread'), consumer: built('probe-consumer') };
  const log = new MemoryStreamLog(systemClock);
  const edge = await startEdge(config, { log, logger, probeScripts });
  open.push(() => edge.close());
  const work: number[] = [];
  let records = 0;
  edge.sdk.onTick(({ samples }) => {
    for (const { recordsPerSec, workPerSec, windowMs } of samples) {
      records += ((recordsPerSec?.value ?? 0) * windowMs) / 1000;
      if (workPerSec !== undefined && recordsPerSec!.value > 0) {
        work.push(workPerSec.value / recordsPerSec!.value);
      }
    }
  });
  return {
    error,
    /** Work of a record, tick by tick, where it was known. */
    work,
    records: () => Math.round(records),
    status: async (): Promise<ProbeStatus> => {
      const response = await fetch(`${edge.url}/v1/stats`);
      return ((await response.json()) as { probes: Record<string, ProbeStatus> }).probes.orders!;
    },
    metrics: async () => (await fetch(`${edge.url}/metrics`)).text(),
    post: async () => {
      const path = '/v1/streams/orders/records?key=k';
      expect((await fetch(edge.url + path, { method: 'POST', body: BODY })).status).toBe(200);
    },
  };
}

describe('the probe of an edge', { timeout: 60_000 }, () => {
  it.each([
    ['a JavaScript module', 'thrice.mjs', 'export default ({ value }) => 3 * value.length', 30],
    ['a WASM module', 'twice.wasm', Buffer.from(TWICE_WASM, 'hex'), 20],
  ])('%s tells the work of the records, which is part of the load', async (_, file, content, expected) => {
    const { post, status, work, metrics, error } = await start(file, content);
    await vi.waitFor(async () => {
      await post();
      expect(work.length).toBeGreaterThan(0);
    }, WAIT);
    expect(work.at(-1)).toBeCloseTo(expected, 6);
    expect(await status()).toMatchObject({ state: 'running', dropped: 0 });
    expect((await status()).records).toBeGreaterThan(0);
    expect(await metrics()).toMatch(/^foreshadow_edge_probe_running\{stream="orders"\} 1$/m);
    expect(error).not.toHaveBeenCalled();
  });

  it.each([
    ['throws', "export default () => { throw new Error('no such price'); };", {}, /no such price/],
    ['throws when it is loaded', "throw new Error('no licence');", {}, /no licence/],
    [
      'hangs',
      'export default () => { for (;;) stamp(); };',
      { recordMs: 200 },
      /a record took more than 200 ms/,
    ],
    ['hangs when it is loaded', 'for (;;) stamp();', { startMs: 500 }, /more than 500 ms to start/],
  ])('that %s is ended and told once; estimation goes on', async (what, code, limits, reason) => {
    const stamps = join(directory, 'stamps');
    const stamp = `import { writeFileSync } from 'node:fs';
      let n = 0; const stamp = () => writeFileSync(${JSON.stringify(stamps)}, String(n++));`;
    const { post, status, records, work, metrics, error } = await start(
      `${what.replaceAll(' ', '-')}.mjs`,
      `${stamp}\n${code}`,
      limits,
    );
    let posted = 0;
    const feed = async (): Promise<void> => {
      await post();
      posted += 40;
    };
    await vi.waitFor(async () => {
      await feed();
      expect((await status()).state).toBe('ended');
    }, WAIT);
    expect((await status()).reason).toMatch(reason);
    for (let i = 0; i < 5; i++) await feed();
    await vi.waitFor(() => expect(records()).toBe(posted), WAIT);
    expect(work).toEqual([]);
    expect(await metrics()).toMatch(/^foreshadow_edge_probe_running\{stream="orders"\} 0$/m);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ stream: 'orders' }),
      expect.stringContaining('the probe was ended'),
    );
    if (!what.startsWith('hangs')) return;
    // Terminated, with the edge still there: it has left its last stamp.
    await vi.waitFor(async () => {
      const last = readFileSync(stamps, 'utf8');
      await systemClock.sleep(200);
      expect(readFileSync(stamps, 'utf8')).toBe(last);
    }, WAIT);
  });
});
