import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock, Estimate } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { Logger } from '@foreshadow/edge-sdk';
import type { ShadowStreamOptions } from '@foreshadow/shadow';
import { Probe, type ProbeOptions, type ProbeStatus } from '@foreshadow/shadow-thread';

/** What a probe samples must be as likely in every run. */
const SEED = 7;

interface Running {
  readonly probe: Probe;
  readonly shadow: ShadowStreamOptions;
  isTold: boolean;
}

/** The configured probes of a node, each on a shadow stream of its own. */
export class Probes {
  readonly #running = new Map<string, Running>();
  readonly #logger: Logger;

  /** @param scripts of the probes' threads; those of `@foreshadow/shadow-thread` by default */
  constructor(config: Config, clock: Clock, logger: Logger, scripts?: ProbeOptions['scripts']) {
    this.#logger = logger;
    for (const { name, partitions, probe: options } of config.streams) {
      if (options === undefined) continue;
      const { module, rate, ...budget } = options;
      const url = pathToFileURL(resolve(module));
      const probe = new Probe({ ...budget, module: url, partitions, clock, ...(scripts && { scripts }) });
      const sampler = { kind: 'bernoulli', rate, seed: SEED } as const;
      const shadow = { name: `${name}.probe`, sampler, sink: probe.sink };
      this.#running.set(name, { probe, shadow, isTold: false });
    }
  }

  /** What the tap of a stream is to feed. */
  of(stream: string): ShadowStreamOptions[] {
    const shadow = this.#running.get(stream)?.shadow;
    return shadow === undefined ? [] : [shadow];
  }

  workOf(stream: string): ((partition: number) => Estimate | undefined) | undefined {
    const probe = this.#running.get(stream)?.probe;
    return probe && ((partition) => probe.workPerRecord(partition));
  }

  /** Once a tick. */
  tick(): void {
    for (const [stream, running] of this.#running) {
      running.probe.tick();
      const { state, reason } = running.probe.status();
      if (state !== 'ended' || running.isTold) continue;
      running.isTold = true;
      this.#logger.error({ stream, reason }, 'the probe was ended; loads are estimated without it');
    }
  }

  status(): Record<string, ProbeStatus> {
    return Object.fromEntries([...this.#running].map(([stream, { probe }]) => [stream, probe.status()]));
  }

  async stop(): Promise<void> {
    for (const running of this.#running.values()) {
      running.isTold = true;
      await running.probe.close();
    }
  }
}
