import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSuites } from './bundle.ts';
import type { RuntimeOutcome } from './contract.ts';
import { forecastDigest } from './digest.ts';
import { checkEdgeKilled } from './edge-killed.ts';
import { makeFixture } from './fixture.ts';
import { checkKilledParts } from './kill-parts.ts';
import { startHarnessServer } from './harness-server.ts';
import { checkPage } from './page.ts';
import { startTestActuator } from './test-actuator.ts';
import { onChromium, onDeno, onNode } from './runtimes.ts';

interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const results: Result[] = [];

function record(name: string, ok: boolean, detail: string): void {
  results.push({ name, ok, detail });
  process.stdout.write(
    `${ok ? '✓' : '✗'} ${name}${detail === '' ? '' : `\n  ${detail.replaceAll('\n', '\n  ')}`}\n`,
  );
}

async function attempt(name: string, body: () => Promise<string>): Promise<void> {
  try {
    record(name, true, await body());
  } catch (error) {
    record(name, false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function runOnRuntimes(dir: string): Promise<void> {
  const fixture = makeFixture();
  const bundles = await bundleSuites(dir);
  const actuator = await startTestActuator(join(dir, 'store'), ['rt-node', 'rt-deno', 'rt-chromium']);
  const server = await startHarnessServer(fixture, bundles, actuator.url);
  const target = (stream: string) => ({ baseUrl: server.url, linkUrl: actuator.linkUrl, stream });
  const outcomes: RuntimeOutcome[] = [];
  const on = async (runtime: string, run: () => Promise<RuntimeOutcome>): Promise<void> => {
    try {
      const outcome = await run();
      outcomes.push(outcome);
      for (const { name, ok, detail } of outcome.checks) record(`${runtime}: ${name}`, ok, detail);
    } catch (error) {
      record(`${runtime}: runs the suite`, false, (error as Error).message);
    }
  };
  try {
    await on('node', () => onNode(bundles.node, target('rt-node')));
    await on('deno', () => onDeno(bundles.deno, target('rt-deno')));
    await on('chromium', () => onChromium(target('rt-chromium')));
    const own = await forecastDigest(fixture);
    const digests = [own, ...outcomes.map((o) => o.forecastDigest)];
    const equal = digests.length === 4 && new Set(digests).size === 1;
    record(
      'byte-identical forecasts in the actuator’s process, Node, Deno and Chromium',
      equal,
      equal ? own.slice(0, 16) : digests.join('\n'),
    );
  } finally {
    await server.close();
    await actuator.close();
  }
}

const dir = mkdtempSync(join(tmpdir(), 'foreshadow-runtimes-'));
try {
  await runOnRuntimes(dir);
  await attempt('after its edge is killed the actuator forecasts on', () =>
    checkEdgeKilled(join(dir, 'killed')),
  );
  await attempt('a worker, the edge and the actuator are killed and nothing is lost', () =>
    checkKilledParts(join(dir, 'parts')),
  );
  await attempt('the page shows a live forecast and a decision, without console errors', () =>
    checkPage(join(dir, 'page')),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
const failed = results.filter((r) => !r.ok).length;
process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
