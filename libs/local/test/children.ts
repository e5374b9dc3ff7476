import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const CHILDREN = join(import.meta.dirname, 'child');
const BUILT = join(import.meta.dirname, '..', 'build', 'test-children');

/**
 * Bundle a script of `test/child` from the sources; returns the file. Node 20 cannot run TypeScript, and a child must
 * run what is tested here, not what was built before.
 */
export function buildChild(name: string): string {
  mkdirSync(BUILT, { recursive: true });
  const outfile = join(BUILT, `${name}.mjs`);
  buildSync({
    entryPoints: [join(CHILDREN, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@foreshadow/source'],
    external: ['lmdb'],
    logLevel: 'warning',
  });
  return outfile;
}

/** A child process, what it printed, and when it ended. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function startChild(file: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return { process: child, output: () => output, ended };
}

/** Resolves when the child has printed `text`. */
export async function printed(child: Child, text: string): Promise<void> {
  while (!child.output().includes(text)) {
    if (child.process.exitCode !== null || child.process.signalCode !== null) {
      throw new Error(`the child ended without printing '${text}': ${child.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
