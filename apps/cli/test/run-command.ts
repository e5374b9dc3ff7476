import { vi } from 'vitest';
import { exitCodeOf, explain } from '../src/errors.ts';
import { buildProgram } from '../src/program.ts';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Run `foreshadow …` in this process, as `main.ts` does, and catch what it prints. */
export async function runCommand(...args: string[]): Promise<Ran> {
  let out = '';
  let err = '';
  let code = 0;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (err += String(text)) !== ''),
  ];
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    code = exitCodeOf(error);
    err += explain(error);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { out, err, code };
}
