import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@foreshadow/domain/config';
import { stringify } from 'yaml';
import { DEMO_POOL, type DemoPorts, linkUrls } from './configuration.ts';
import { Supervised } from './supervise.ts';
import type { Screen } from './terminal.ts';

const STOP_GRACE_MS = 20_000;
const READY_TIMEOUT_MS = 1000;

/** The processes of a run: actuators, edges, and a worker where nobody else starts one. */
export class Processes {
  readonly actuators: readonly Supervised[];
  readonly edges: readonly Supervised[];
  readonly #worker: Supervised | undefined;
  readonly #ports: DemoPorts;

  constructor(config: Config, ports: DemoPorts, dir: string, screen: Screen) {
    const file = join(dir, 'foreshadow.yaml');
    writeFileSync(file, stringify(config));
    const start = (
      name: string,
      command: string,
      env: Readonly<Record<string, string>>,
      ...more: readonly string[]
    ): Supervised =>
      new Supervised({
        name,
        args: [command, '--config', file, ...more],
        env: {
          FORESHADOW_LEDGER_DIR: join(dir, 'ledger'),
          FORESHADOW_SUPERVISOR_PID: String(process.pid),
          ...env,
        },
        logFile: join(dir, `${name}.log`),
        onExit: (e) =>
          screen.note(`${e.name} (pid ${e.pid}) ended: ${e.how}; starting it again in ${e.restartInMs} ms`),
      });
    this.#ports = ports;
    this.actuators = ports.actuators.map((port, i) =>
      start(numbered('actuator', i), 'actuator', { FORESHADOW__ACTUATOR__PORT: String(port) }),
    );
    this.edges = ports.edges.map((port, i) =>
      start(numbered('edge', i), 'edge', {
        FORESHADOW__EDGE__NODE_ID: `edge-${i + 1}`,
        FORESHADOW__EDGE__PORT: String(port),
        // Each begins with another actuator.
        FORESHADOW__EDGE__ACTUATOR_URL: linkUrls(rotated(ports.actuators, i)),
      }),
    );
    // An actuator that only advises starts none.
    const isAdvising = config.actuator.mode === 'advise';
    this.#worker = isAdvising
      ? start('worker', 'worker', {}, '--pool', DEMO_POOL, '--id', 'by-hand')
      : undefined;
  }

  /** Place of the actuator that leads; `undefined` while none does. */
  async leader(): Promise<number | undefined> {
    const areReady = await Promise.all(this.#ports.actuators.map(isReady));
    const index = areReady.indexOf(true);
    return index < 0 ? undefined : index;
  }

  /** Stop all. The actuator that leads last of them: it drains the workers, and nobody else may start them again. */
  async stop(): Promise<void> {
    const leader = this.actuators.length > 1 ? await this.leader() : 0;
    const standbys = this.actuators.filter((_, i) => i !== leader);
    await Promise.all(standbys.map((actuator) => actuator.stop(STOP_GRACE_MS)));
    if (leader !== undefined) await this.actuators[leader]?.stop(STOP_GRACE_MS);
    await this.#worker?.stop(STOP_GRACE_MS);
    await Promise.all(this.edges.map((edge) => edge.stop(STOP_GRACE_MS)));
  }
}

const numbered = (name: string, i: number): string => (i === 0 ? name : `${name}-${i + 1}`);

function rotated<T>(items: readonly T[], by: number): T[] {
  return items.map((_, i) => items[(i + by) % items.length]!);
}

function isReady(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  return fetch(`http://127.0.0.1:${port}/readyz`, { signal }).then(
    (response) => response.ok,
    () => false,
  );
}
