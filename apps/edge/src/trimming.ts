import { type Clock, partitionKey } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { Logger } from '@foreshadow/edge-sdk';
import type { StreamLog } from '@foreshadow/ports';

const INTERVAL_MS = 10_000;

/**
 * Every ten seconds drop what all groups have committed, less `storage.retainRecords`, from every configured stream.
 * A stream that no group reads keeps everything. A failure is logged and tried again at the next turn.
 * @returns ends it, after the turn under way
 */
export function startTrimming(
  config: Config,
  log: StreamLog,
  clock: Clock,
  logger: Logger,
): () => Promise<void> {
  const stop = new AbortController();
  const partitions = config.streams.flatMap((s) =>
    Array.from({ length: s.partitions }, (_, i) => partitionKey(s.name, i)),
  );
  const turn = async (): Promise<void> => {
    for (const partition of partitions) await log.trim(partition, config.storage.retainRecords);
  };
  const run = async (): Promise<void> => {
    while (await sleeps(clock, stop.signal)) {
      await turn().catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'the log could not be trimmed'),
      );
    }
  };
  const done = run();
  return async () => {
    stop.abort();
    await done;
  };
}

/** False once the signal aborts. */
async function sleeps(clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(INTERVAL_MS, signal).then(
    () => true,
    () => false,
  );
}
