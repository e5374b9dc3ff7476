import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@foreshadow/domain';
import { ShadowTap } from '@foreshadow/shadow';
import { buildSync } from 'esbuild';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Probe, type ProbeStatus } from '../src/index.ts';

const directory = join(import.meta.dirname, '..', 'build', 'test-probe');
const built = (name: string): URL => pathToFileURL(join(directory, `${name}.mjs`));
/** (memory 1), reserve: (i32) → 0, probe: (i32 at, i32 length) → f64 2 · length */
const TWICE_WASM =
  '0061736d01000000010c0260017f017f60027f7f017c03030200010503010001071c03066d656d6f72790200077265736572' +
  '766500000570726f626500010a0f02040041000b0800200141026cb70b';
const open: Probe[] = [];

beforeAll(() => {
  mkdirSync(directory, { recursive: true });
  for (const name of ['thread', 'probe-consumer']) {
    buildSync({
      entryPoints: [join(import.meta.dirname, '..', 'src', `${name}.ts`)],
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
  for (const probe of open.splice(0)) await probe.close();
});

function probeOf(module: URL, limits: { recordMs?: number; startMs?: number } = {}) {
  const scripts = { thread: built('thread'), consumer: built('probe-consumer') };
  const probe = new Probe({ module, partitions: 2, clock: systemClock, cpuShare: 1, scripts, ...limits });
  open.push(probe);
  const tap = new ShadowTap({
    stream: 's',
    partitions: 2,
    sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
    shadows: [{ name: 'probe', sampler: { kind: 'systematic', rate: 1, seed: 1 }, sink: probe.sink }],
  });
  /** A tick of records of so many bytes, in each partition. */
  const tick = (sizes: readonly number[], count = 20): void => {
    for (const [partition, size] of sizes.entries()) {
      const record = { key: undefined, value: new Uint8Array(size), timestampMs: 0 };
      for (let i = 0; i < count; i++) tap.offerRecord(partition, record);
    }
    tap.tick(systemClock.nowMs(), 1000);
    probe.tick();
  };
  return { probe, tick };
}

const inline = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(10);
}

async function ended(probe: Probe): Promise<ProbeStatus> {
  await until(() => {
    probe.tick();
    return probe.status().state === 'ended';
  });
  return probe.status();
}

describe('a probe', () => {
  it('tells the work of the records of each partition, in the units that its function gives', async () => {
    const { probe, tick } = probeOf(inline('export default ({ value }) => 3 * value.length'));
    expect(probe.workPerRecord(0)).toBeUndefined();
    tick([10, 100], 400);
    await until(() => probe.status().records === 800 && probe.workPerRecord(1) !== undefined);
    await until(() => (probe.workPerRecord(1)?.value ?? 0) > 250);
    expect(probe.workPerRecord(0)?.value).toBeLessThan(60);
    expect(probe.workPerRecord(0)?.value).toBeGreaterThan(25);
    expect(probe.workPerRecord(1)?.standardError).toBeGreaterThan(0);
    expect(probe.status()).toMatchObject({ state: 'running', skipped: 0, dropped: 0 });
  });

  it('follows records that begin to cost more', async () => {
    const { probe, tick } = probeOf(inline('export default ({ value }) => value.length'));
    for (let t = 0; t < 20; t++) tick([10, 10]);
    await until(() => probe.status().records === 800);
    for (let t = 0; t < 10; t++) {
      tick([100, 100]);
      await until(() => probe.status().records === 800 + 40 * (t + 1));
    }
    await until(() => (probe.workPerRecord(0)?.value ?? 0) > 50);
  });

  it('measures CPU time where its function says nothing', async () => {
    const { probe, tick } = probeOf(
      inline(
        'export default () => { const until = performance.now() + 2; while (performance.now() < until); }',
      ),
    );
    tick([1, 1]);
    await until(() => probe.workPerRecord(0) !== undefined);
    expect(probe.workPerRecord(0)?.value).toBeGreaterThan(50);
  });

  it('runs a WASM module', async () => {
    writeFileSync(join(directory, 'twice.wasm'), Buffer.from(TWICE_WASM, 'hex'));
    const { probe, tick } = probeOf(pathToFileURL(join(directory, 'twice.wasm')));
    tick([8, 8]);
    await until(() => probe.workPerRecord(0) !== undefined);
    expect(probe.workPerRecord(0)?.value).toBeCloseTo(16, 6);
  });

  it.each([
    ['throws', "export default () => { throw new Error('no such price'); }", /no such price/],
    ['hangs', 'export default () => { for (;;); }', /a record took more than 200 ms/],
    ['is none', 'export default 3', /its default export is number/],
    ['is not there', undefined, /Cannot find module|no such file/i],
    [
      'takes too much memory',
      'const kept = []; export default () => { for (;;) kept.push(new Array(1e5).fill(7)); }',
      /memory/,
    ],
  ])('that %s is ended, and told, and harms nothing', async (what, code, reason) => {
    const module = code === undefined ? new URL('file:///nowhere/probe.js') : inline(code);
    const { probe, tick } = probeOf(module, { recordMs: what === 'hangs' ? 200 : 60_000 });
    tick([5, 5]);
    expect((await ended(probe)).reason).toMatch(reason);
    expect(() => tick([5, 5])).not.toThrow();
    expect(probe.workPerRecord(0)).toBeUndefined();
  });

  it('that takes longer to load than a record may take is given the time, and told to be starting', async () => {
    const slow =
      'await new Promise((done) => setTimeout(done, 800)); export default ({ value }) => value.length';
    const { probe, tick } = probeOf(inline(slow), { recordMs: 200 });
    expect(probe.status().state).toBe('starting');
    while (probe.status().state === 'starting') {
      tick([7, 7]);
      await systemClock.sleep(20);
    }
    await until(() => probe.workPerRecord(0) !== undefined);
    expect(probe.status()).toMatchObject({ state: 'running', reason: undefined });
    expect(probe.workPerRecord(0)?.value).toBeCloseTo(7, 6);
  });

  it.each([
    ['loops', 'for (;;);'],
    ['waits', 'await new Promise((done) => setTimeout(done, 1e9));'],
  ])('that %s while it is loaded is ended when its time to start is over', async (_, code) => {
    const { probe, tick } = probeOf(inline(code), { startMs: 200, recordMs: 60_000 });
    expect((await ended(probe)).reason).toBe('it took more than 200 ms to start');
    expect(() => tick([5, 5])).not.toThrow();
  });
});
