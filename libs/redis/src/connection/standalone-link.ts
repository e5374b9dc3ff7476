import { createClient } from 'redis';
import { CLIENT_OPTIONS, encryption, SOCKET_OPTIONS } from './client-options.ts';
import { InFlight } from './in-flight.ts';
import type { BlockingClient, Command, Link, Reply } from './link.ts';
import { parseInfo, type ServerFacts } from './server-facts.ts';
import { requireReplicas, waitFor } from './replicas.ts';
import type { Target } from './targets.ts';
import type { ReplicaOptions } from '../options.ts';

/** One connection of the client, which ends with its first failure. */
export interface NodeClient extends BlockingClient {
  readonly lost: Promise<unknown>;
}

/** @throws what the client throws if there is no connection within its timeout, or the server refuses the login */
export async function connectNode({ url, tls }: Target): Promise<NodeClient> {
  const client = createClient({ ...CLIENT_OPTIONS, url, socket: { ...SOCKET_OPTIONS, ...encryption(tls) } });
  const lost = new Promise<unknown>((resolve) => client.on('error', resolve));
  await client.connect();
  return {
    send: (args) => client.sendCommand<Reply>(args),
    lost,
    destroy: () => client.isOpen && client.destroy(),
  };
}

export async function factsOf(client: BlockingClient): Promise<ServerFacts> {
  return parseInfo(String(await client.send(['INFO'])));
}

/** A link over one connection to one server, the primary. */
export class StandaloneLink implements Link {
  readonly isCluster = false;
  readonly where: string;
  readonly lost: Promise<unknown>;
  readonly #target: Target;
  readonly #client: NodeClient;
  readonly #inFlight: InFlight;
  #destroyed: (reason: unknown) => void = () => undefined;

  constructor(target: Target, client: NodeClient, nowMs: () => number) {
    this.where = target.shown;
    this.#target = target;
    this.#client = client;
    this.#inFlight = new InFlight(nowMs);
    const destroyed = new Promise<unknown>((resolve) => (this.#destroyed = resolve));
    this.lost = Promise.race([client.lost, destroyed]);
  }

  send({ args, replicas }: Command): Promise<Reply> {
    const reply = this.#inFlight.track(this.#client.send(args));
    return replicas === undefined ? reply : this.#replicated(reply, replicas);
  }

  eachPrimary(act: (send: BlockingClient['send']) => Promise<void>): Promise<void> {
    return act((args) => this.#client.send(args));
  }

  async openBlocking(): Promise<NodeClient> {
    return connectNode(this.#target);
  }

  /** `WAIT` counts what its own connection wrote, so that it must follow on the same one. */
  async #replicated(reply: Promise<Reply>, replicas: ReplicaOptions): Promise<Reply> {
    const count = this.#inFlight.track(this.#client.send(waitFor(replicas)));
    const [first, reached] = await Promise.all([reply, count]);
    requireReplicas(Number(reached), replicas, this.where);
    return first;
  }

  oldestMs(): number {
    return this.#inFlight.oldestMs();
  }

  destroy(reason?: unknown): void {
    this.#client.destroy();
    this.#destroyed(reason);
  }
}
