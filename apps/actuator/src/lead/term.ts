import type { Config } from '@foreshadow/domain/config';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { assemble, type Parts } from '../assemble.ts';
import type { LinkHub } from '../hub/link-hub.ts';
import type { RelayHost } from './relay-host.ts';
import type { World } from '../world.ts';

export type CloseMode = 'drain' | 'leave';

export interface TermOptions {
  readonly config: Config;
  readonly world: World;
  /** Called in `act` mode, once nothing is planned any more. */
  readonly closeOrchestrator: (mode: CloseMode, isFinal: boolean) => Promise<void>;
  /** Takes links that other replicas relay; `undefined`: there is no way for them. */
  readonly host: ((hub: LinkHub) => RelayHost) | undefined;
  /** The HTTP face of the parts. */
  readonly app: (parts: Parts, closing: AbortSignal) => OpenAPIHono;
}

export interface TermEnd {
  /** Where the edges are sent; `undefined`: nowhere yet. */
  readonly leaderUrl?: string | undefined;
  /** Whether the replica ends with it. */
  readonly isFinal: boolean;
}

/** The time for which this replica leads: what it knows begins with what the one before saved, and ends with it. */
export class Term {
  readonly app: OpenAPIHono;
  readonly #o: TermOptions;
  readonly #parts: Parts;
  readonly #closing: AbortController;
  readonly #looping: Promise<void>;
  readonly #modelling: Promise<void>;
  readonly #alerting: Promise<void>;

  private constructor(options: TermOptions, parts: Parts, closing: AbortController) {
    this.#o = options;
    this.#parts = parts;
    this.#closing = closing;
    this.app = options.app(parts, closing.signal);
    this.#looping = parts.loop.run(closing.signal);
    this.#modelling = parts.models.run(closing.signal);
    this.#alerting = parts.alerts.run(closing.signal);
  }

  static async begin(options: TermOptions): Promise<Term> {
    const { config, world } = options;
    const parts = assemble(config, world);
    await parts.models.restore();
    world.orchestrator?.onEvent((e) => parts.journal.note(e.atMs, `worker-${e.kind}`, e.worker, e.message));
    await parts.loop.restore();
    await parts.alerts.restore();
    const closing = new AbortController();
    await options.host?.(parts.hub).start(closing.signal);
    return new Term(options, parts, closing);
  }

  /** Stop planning; drain the workers or leave them to a successor; save, and send the edges away. */
  async end(mode: CloseMode, { leaderUrl, isFinal }: TermEnd): Promise<void> {
    const { config, world, closeOrchestrator } = this.#o;
    this.#closing.abort();
    await this.#looping;
    if (config.actuator.mode === 'act') {
      await closeOrchestrator(mode, isFinal).catch((err: unknown) => {
        world.logger.error({ err, mode }, 'the workers could not be stopped in order');
      });
    }
    // A training takes its time to end; the workers of an old plan must not wait for it.
    await this.#modelling;
    await this.#alerting;
    if (world.mayAct()) await this.#parts.loop.save();
    this.#parts.hub.close(leaderUrl);
  }

  /** End the sockets of edges that are still open. */
  terminate(): void {
    this.#parts.hub.terminate();
  }
}
