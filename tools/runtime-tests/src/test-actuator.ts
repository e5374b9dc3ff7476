import { startActuator } from '@foreshadow/actuator';
import { parseConfig } from '@foreshadow/domain/config';

export interface TestActuator {
  readonly url: string;
  readonly linkUrl: string;
  close(): Promise<void>;
}

const silent = { info() {}, warn() {}, error() {} };

/** A real actuator in advise mode on a free port. */
export async function startTestActuator(
  storagePath: string,
  streams: readonly string[],
): Promise<TestActuator> {
  const config = parseConfig({
    streams: streams.map((name) => ({ name, partitions: 2 })),
    actuator: { port: 0, mode: 'advise', planIntervalMs: 1000 },
    storage: { path: storagePath },
  });
  const server = await startActuator(config, { logger: silent });
  return {
    url: server.url,
    linkUrl: `${server.url.replace(/^http/, 'ws')}/v1/link`,
    close: () => server.close('drain'),
  };
}
