import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether process `pid` runs; one that ended and was merely not reaped does not. */
export function isRunning(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

/** What tells a process from a later one of the same number; `undefined` if there is no such process. */
export function processIdentity(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return undefined;
  return process.platform === 'linux' ? linuxStartTime(pid) : ps(pid, 'lstart=');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from boot to the start of the process; `undefined` if it is dead and merely not reaped. */
function linuxStartTime(pid: number): string | undefined {
  const stat = procFile(pid, 'stat');
  // The second field is the program's name in parentheses and may hold any character, so count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, startTime] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : startTime;
}

/** A file of /proc of the process; `undefined` if it is gone or not ours to read. */
export function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** A column of `ps` for the process; `undefined` if it is gone. */
export function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
