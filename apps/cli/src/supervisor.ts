const CHECK_MS = 1000;

/**
 * Aborts also when the process named by FORESHADOW_SUPERVISOR_PID is gone: the demo's workers outlive a killed
 * actuator on purpose, but not the demo.
 */
export function superviseParent(signal: AbortSignal): AbortSignal {
  const pid = Number(process.env['FORESHADOW_SUPERVISOR_PID']);
  if (!Number.isInteger(pid) || pid <= 0) return signal;
  const gone = new AbortController();
  setInterval(() => {
    if (!isAlive(pid)) gone.abort(new Error(`process ${pid}, which started this one, is gone`));
  }, CHECK_MS).unref();
  return AbortSignal.any([signal, gone.signal]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
