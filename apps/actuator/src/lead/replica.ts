import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from '../logger.ts';
import { linkUrlOf } from './candidate.ts';
import type { Election, Standing } from './election.ts';
import type { RelayGuest } from './relay-guest.ts';
import type { CloseMode, Term } from './term.ts';

export interface ReplicaOptions {
  readonly election: Election;
  /** @param token under which it leads; larger than that of any leader before */
  readonly begin: (token: number) => Promise<Term>;
  readonly standby: (leaderUrl: () => string | undefined) => OpenAPIHono;
  /** Takes edges while this replica stands by. */
  readonly guest: RelayGuest | undefined;
  readonly logger: Logger;
}

/** One actuator among its replicas: leads for terms, stands by between them. */
export class Replica {
  readonly #o: ReplicaOptions;
  readonly #standby: OpenAPIHono;
  readonly #closing = new AbortController();
  /** Ends the election, after `#closing`: the lease is renewed until what is led has ended. */
  readonly #resigning = new AbortController();
  #electing: Promise<void> = Promise.resolve();
  /** Changes follow each other; the election does not wait for them, or a slow start would cost it the lease. */
  #turn: Promise<void> = Promise.resolve();
  #term: Term | undefined;
  #token: number | undefined;
  #leader: string | undefined;

  constructor(options: ReplicaOptions) {
    this.#o = options;
    this.#standby = options.standby(() => linkUrlOf(this.#leader));
  }

  /** What answers requests at present. */
  get app(): OpenAPIHono {
    return this.#term?.app ?? this.#standby;
  }

  get isLeading(): boolean {
    return this.#term !== undefined && this.#o.election.isLeader;
  }

  /** Stand for election for the first time; resolves when this replica leads or stands by. */
  async start(): Promise<void> {
    await this.#o.guest?.start(this.#closing.signal);
    await this.#adopt(await this.#o.election.attempt());
    this.#electing = this.#o.election.run(this.#resigning.signal, async (standing) => {
      if (this.#isNews(standing)) this.#follow(standing);
    });
  }

  async close(mode: CloseMode): Promise<void> {
    this.#o.guest?.follow(undefined);
    this.#closing.abort();
    await this.#turn;
    // The lease is kept until the end: nobody may start workers while these still drain.
    try {
      await this.#term?.end(mode, { isFinal: true });
    } finally {
      this.#resigning.abort();
    }
    await this.#electing;
    await this.#o.election.resign();
  }

  terminate(): void {
    this.#term?.terminate();
  }

  #isNews(standing: Standing): boolean {
    if (standing.kind === 'unknown') return false;
    if (standing.kind === 'leader') return standing.token !== this.#token;
    return this.#token !== undefined || standing.leader !== this.#leader;
  }

  #follow(standing: Standing): void {
    this.#turn = this.#turn
      .then(() =>
        this.#isNews(standing) && !this.#closing.signal.aborted ? this.#adopt(standing) : undefined,
      )
      .catch(async (err: unknown) => {
        this.#o.logger.error({ err }, 'cannot lead; leaving it to another replica');
        this.#token = undefined;
        await this.#o.election.resign();
      });
  }

  async #adopt(standing: Standing): Promise<void> {
    const { begin, guest, logger } = this.#o;
    if (standing.kind === 'unknown') return;
    guest?.follow(standing.kind === 'follower' ? standing.leader : undefined);
    // Under another token somebody else may have led in between: what is known is not the newest any more.
    await this.#stepDown(standing.kind === 'follower' ? standing.leader : undefined);
    if (standing.kind === 'follower') {
      this.#leader = standing.leader;
      logger.info({ leader: standing.leader }, 'standing by');
      return;
    }
    this.#token = standing.token;
    this.#term = await begin(standing.token);
    logger.info({ token: standing.token }, 'leading');
  }

  async #stepDown(leader: string | undefined): Promise<void> {
    const term = this.#term;
    this.#term = undefined;
    this.#token = undefined;
    if (term === undefined) return;
    this.#o.logger.warn({ leader }, 'the lead was lost; the workers are left to the new leader');
    await term.end('leave', { leaderUrl: linkUrlOf(leader), isFinal: false });
    term.terminate();
  }
}
