import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { OUTCOME_MARK, type RuntimeOutcome } from './contract.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 90_000;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Target {
  readonly baseUrl: string;
  readonly linkUrl: string;
  readonly stream: string;
}

export async function onNode(file: string, t: Target): Promise<RuntimeOutcome> {
  return outcomeOf(
    (await run(process.execPath, [file, t.baseUrl, t.linkUrl, t.stream], { timeout: TIMEOUT_MS })).stdout,
  );
}

export async function onDeno(file: string, t: Target): Promise<RuntimeOutcome> {
  const deno = createRequire(import.meta.url).resolve('deno/bin.cjs');
  const permissions = ['--no-prompt', '--allow-net=127.0.0.1'];
  const args = [deno, 'run', ...permissions, file, t.baseUrl, t.linkUrl, t.stream];
  return outcomeOf((await run(process.execPath, args, { timeout: TIMEOUT_MS })).stdout);
}

export async function onChromium(t: Target): Promise<RuntimeOutcome> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const query = new URLSearchParams({ link: t.linkUrl, stream: t.stream });
    await page.goto(`${t.baseUrl}/?${query.toString()}`);
    const outcome = await page
      .waitForFunction(() => (globalThis as { outcome?: unknown }).outcome, undefined, {
        timeout: TIMEOUT_MS,
      })
      .catch((cause: unknown) => {
        throw new Error(`the suite did not finish in Chromium: ${errors.join('; ') || 'no page error'}`, {
          cause,
        });
      });
    return (await outcome.jsonValue()) as RuntimeOutcome;
  } finally {
    await browser.close();
  }
}

export function chromiumPath(): string {
  const path = CHROMIUM.find((file) => existsSync(file));
  if (path === undefined) throw new Error('no Chromium found: run node tools/install-chromium.mjs as root');
  return path;
}

function outcomeOf(stdout: string): RuntimeOutcome {
  const line = stdout.split('\n').find((l) => l.startsWith(OUTCOME_MARK));
  if (line === undefined) throw new Error(`the suite printed no outcome:\n${stdout}`);
  return JSON.parse(line.slice(OUTCOME_MARK.length)) as RuntimeOutcome;
}
