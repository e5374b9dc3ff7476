import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './runtimes.ts';

const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const TIMEOUT_MS = 90_000;

/** Runs the demo for a short while and looks at its page as a visitor would. */
export async function checkPage(dataDir: string): Promise<string> {
  const [port, edgePort] = [await freePort(), await freePort()];
  const options = ['--port', port, '--edge-port', edgePort, '--start-delay', '1s', '--duration', '10m'];
  const demo = spawn(process.execPath, [CLI, 'demo', ...options.map(String), '--data', dataDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await untilUp(`http://127.0.0.1:${port}/healthz`);
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(forecastShown, undefined, { timeout: TIMEOUT_MS });
    await page.locator('[data-testid="decision"]').first().waitFor({ timeout: TIMEOUT_MS });
    const decision = await firstLine(page);
    if (errors.length > 0) throw new Error(`console errors: ${errors.join('; ')}`);
    return decision;
  } finally {
    await browser.close();
    await stop(demo);
  }
}

/** Some partition shows a number for a horizon and a drawn chart. */
function forecastShown(): boolean {
  const cells = [...document.querySelectorAll('[data-testid="forecast"]')];
  return cells.some((cell) => /\d/.test(cell.textContent ?? '')) && document.querySelector('canvas') !== null;
}

async function firstLine(page: Page): Promise<string> {
  const text = await page.locator('[data-testid="decision"]').first().innerText();
  return text.split('\n').filter(Boolean).slice(0, 4).join(' · ');
}

async function untilUp(url: string): Promise<void> {
  const giveUpAt = performance.now() + TIMEOUT_MS;
  while (performance.now() < giveUpAt) {
    const up = await fetch(url).then(
      (r) => r.ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} did not come up`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
