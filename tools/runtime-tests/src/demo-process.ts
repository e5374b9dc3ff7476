import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';

const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const UP_TIMEOUT_MS = 60_000;

/** A `foreshadow demo` that runs, with its ports. */
export interface DemoProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly edgeUrl: string;
  /** Everything it has said on stderr so far. */
  said(): string;
  /** Its summary, when it has ended by itself or by `stop`. */
  readonly summary: Promise<unknown>;
  /** Ask it to end; it drains and prints its summary. */
  stop(): Promise<void>;
}

/** Start the demo on free ports and wait until its actuator answers. */
export async function startDemo(args: readonly string[]): Promise<DemoProcess> {
  const [port, edgePort] = [await getPort({ host: '127.0.0.1' }), await getPort({ host: '127.0.0.1' })];
  const ports = ['--port', String(port), '--edge-port', String(edgePort)];
  const child = spawn(process.execPath, [CLI, 'demo', ...ports, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const summary = ended.then((): unknown => JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  summary.catch(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  try {
    await untilUp(`${url}/healthz`);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; it said: ${stderr}`, { cause: error });
  }
  return { child, url, edgeUrl: `http://127.0.0.1:${edgePort}`, said: () => stderr, summary, stop };
}

async function untilUp(url: string): Promise<void> {
  const giveUpAt = performance.now() + UP_TIMEOUT_MS;
  while (performance.now() < giveUpAt) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await sleep(200);
  }
  throw new Error(`${url} did not come up`);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
