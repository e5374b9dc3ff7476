import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@foreshadow/domain';
import { ShadowTap } from '@foreshadow/shadow';
import { buildSync } from 'esbuild';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ShadowThread } from '../src/index.ts';

let script: URL;
const open: ShadowThread[] = [];

beforeAll(() => {
  const directory = join(import.meta.dirname, '..', 'build', 'test-thread');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, 'thread.mjs');
  const entryPoints = [join(import.meta.dirname, '..', 'src', 'thread.ts')];
  const conditions = ['@foreshadow/source'];
  buildSync({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions,
    logLevel: 'warning',
  });
  script = pathToFileURL(outfile);
});

afterEach(async () => {
  for (const thread of open.splice(0)) await thread.close();
});

/** A consumer's module in a few lines; `shared` is what it tells of itself. */
function threadOf(body: string, options: { frozenAfterMs?: number } = {}) {
  const shared = new Int32Array(new SharedArrayBuffer(16));
  const code = `export default (shared) => ({ tick() {}, ${body} })`;
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const thread = new ShadowThread({
    module,
    data: shared,
    clock: systemClock,
    ringBytes: 65_536,
    script,
    ...options,
  });
  open.push(thread);
  return { thread, shared };
}

/** A tick of a tap whose samples all go to the thread; what it counted. */
function offer(thread: ShadowThread, count: number): number {
  const tap = new ShadowTap({
    stream: 's',
    partitions: 1,
    sampler: { kind: 'bernoulli', rate: 0.01, seed: 1 },
    shadows: [{ name: 'x', sampler: { kind: 'systematic', rate: 1, seed: 1 }, sink: thread.sink }],
  });
  for (let i = 0; i < count; i++) tap.offerRecord(0, { key: 'k', value: new Uint8Array(20), timestampMs: i });
  return tap.tick(1000, 1000)[0]!.recordsPerSec!.value;
}

const soon = { timeout: 30_000, interval: 20 };

describe('a reader on a thread of its own', { timeout: 60_000 }, () => {
  it('gets the samples that the tap took', async () => {
    const { thread, shared } = threadOf('sample() { Atomics.add(shared, 0, 1); return true; }');
    expect(offer(thread, 500)).toBe(500);
    await expect.poll(() => Atomics.load(shared, 0), soon).toBe(500);
    expect(thread.status()).toMatchObject({ state: 'running', dropped: 0, faults: 0 });
  });

  it('may throw at every sample: that is counted, and it reads on', async () => {
    const { thread } = threadOf('sample() { throw new Error("broken"); }');
    expect(offer(thread, 300)).toBe(300);
    await expect.poll(() => thread.status().faults, soon).toBe(300);
    expect(thread.status().state).toBe('running');
  });

  it('may freeze: the tap counts on, what finds no room is dropped and counted, and the freeze is seen', async () => {
    const { thread } = threadOf('sample() { for (;;); }', { frozenAfterMs: 200 });
    expect(offer(thread, 10_000)).toBe(10_000);
    expect(thread.status().dropped).toBeGreaterThan(8000);
    await expect.poll(() => thread.status().state, soon).toBe('frozen');
    expect(offer(thread, 100)).toBe(100);
  });

  it('may die: the tap counts on, and the reason is said', async () => {
    const { thread } = threadOf('flush() { throw new Error("out of luck"); }, sample() { return true; }');
    await expect.poll(() => thread.status().state, soon).toBe('dead');
    expect(thread.status().reason).toContain('out of luck');
    expect(offer(thread, 10_000)).toBe(10_000);
    expect(thread.status().dropped).toBeGreaterThan(8000);
  });

  it('is dead where its module is not there', async () => {
    const module = new URL('file:///nowhere/consumer.js');
    const thread = new ShadowThread({ module, clock: systemClock, script });
    open.push(thread);
    await expect.poll(() => thread.status().state, soon).toBe('dead');
    expect(thread.status().reason).toContain('nowhere');
  });
});
