/**
 * Aborts on SIGTERM, SIGINT, or when the process that started this one goes away (its IPC channel closes).
 * A second signal ends the process at once.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) => () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort(new Error(why));
  };
  process.on('SIGTERM', stop('SIGTERM'));
  process.on('SIGINT', stop('SIGINT'));
  process.once('disconnect', () => controller.abort(new Error('the process that started this one is gone')));
  return controller.signal;
}

/** Let go of the channel to the process that started this one: it would keep this one alive. */
export function leaveParent(): void {
  if (process.connected) process.disconnect();
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
