import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isWorkerProcess, WORKER_ID_VARIABLE } from '../src/orchestrator/process-identity.ts';
import { isRunning, processIdentity } from '../src/processes.ts';

const IDLE = ['-e', 'setInterval(() => {}, 1000)'];

describe('processIdentity', () => {
  it('stays the same while a process runs, and differs between processes and after its end', async () => {
    const child = spawn(process.execPath, IDLE);
    await once(child, 'spawn');
    const identity = processIdentity(child.pid ?? NaN);
    expect(identity).toBeDefined();
    expect(processIdentity(child.pid ?? NaN)).toBe(identity);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processIdentity(child.pid ?? NaN)).toBeUndefined();
    expect(isRunning(process.pid)).toBe(true);
  });

  it.each([0, -1, NaN, 1.5, 2 ** 31])('knows no process %d', (pid) => {
    expect(isRunning(pid)).toBe(false);
  });
});

describe('isWorkerProcess', () => {
  it('recognizes a worker by its environment or its arguments, and no other', async () => {
    const env = { ...process.env, [WORKER_ID_VARIABLE]: 'p-1' };
    const byEnvironment = spawn(process.execPath, IDLE, { env });
    const byArguments = spawn(process.execPath, [...IDLE, 'p-1']);
    await Promise.all([once(byEnvironment, 'spawn'), once(byArguments, 'spawn')]);
    const onLinux = process.platform === 'linux';
    expect(isWorkerProcess(byEnvironment.pid ?? NaN, 'p-1')).toBe(onLinux);
    expect(isWorkerProcess(byArguments.pid ?? NaN, 'p-1')).toBe(true);
    expect(isWorkerProcess(byEnvironment.pid ?? NaN, 'p-11')).toBe(false);
    expect(isWorkerProcess(byArguments.pid ?? NaN, 'p')).toBe(false);
    for (const child of [byEnvironment, byArguments]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});
