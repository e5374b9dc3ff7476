import { Attempts } from './attempts.ts';
import { ControlLoop } from './control-loop.ts';
import { UtilizationMeter } from './meter.ts';
import { resolveOptions, type WorkerOptions } from './options.ts';
import { Ownership } from './ownership.ts';
import { WorkLoop } from './work-loop.ts';

/** What a worker did in its life. */
export interface WorkerSummary {
  readonly processedRecords: number;
  /** Given up after the handler threw on every attempt, and put into the dead-letter stream. */
  readonly deadLetteredRecords: number;
}

/**
 * Run a worker until it is told to drain, by its directive or by `signal`: holds leases on its partitions, reads,
 * hands records to the handler within the allowances of its directive, commits under the lease's token, reports
 * utilization each second. Draining stops fetching, finishes what is in flight, commits, releases, announces
 * `drained` and resolves.
 *
 * @example
 * await runWorker({ id, pool, group, partitions, log, leases, registry, clock: systemClock, handler });
 * @throws {WorkerError} `INVALID_OPTIONS`. Failures of the ports are logged and tried again, never thrown.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerSummary> {
  const resolved = resolveOptions(options);
  const { clock, system, logger, signal } = resolved;
  const drain = new AbortController();
  const attempts = new Attempts(logger, clock);
  const meter = new UtilizationMeter(system, clock.monotonicMs());
  const ownership = new Ownership(resolved, attempts);
  const work = new WorkLoop(resolved, ownership, meter, attempts);
  const control = new ControlLoop(resolved, ownership, meter, attempts, {
    onAllowance: (allowance) => work.setAllowance(allowance),
    onDrain: () => drain.abort(),
  });
  const onAbort = (): void => drain.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  await control.enter('starting');
  const controlling = control.run();
  try {
    await clock.sleep(resolved.startDelayMs, drain.signal).catch(() => {});
    if (!drain.signal.aborted) {
      await control.enter('ready');
      logger.info({ worker: resolved.id }, 'ready');
      await Promise.race([work.run(), aborted(drain.signal)]);
    }
    await control.enter('draining');
    work.stop();
    await ownership.releaseAll();
  } catch (error) {
    work.stop();
    await ownership.releaseAll();
    await control.enter('failed');
    throw error;
  } finally {
    control.stop();
    await controlling;
    signal?.removeEventListener('abort', onAbort);
  }
  await control.enter('drained');
  const { processed, givenUp } = work.counts;
  logger.info({ worker: resolved.id, processed, givenUp }, 'drained');
  return { processedRecords: processed, deadLetteredRecords: givenUp };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
