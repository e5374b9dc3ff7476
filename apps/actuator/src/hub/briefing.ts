import type { AnnouncedEvent, PartitionKey } from '@foreshadow/domain';
import type { Instant } from '@foreshadow/protocol';
import type { KeptModel } from '../load/own-forecasts.ts';
import type { Handout } from '../load/partition-track.ts';
import type { Errands } from './errands.ts';

/** A network that forecasters of a stream run now, at one resolution. */
export interface CurrentNetwork {
  readonly stepMs: number;
  readonly version: number;
  readonly bytes: Uint8Array;
}

export interface BriefingSources {
  readonly events: (stream: string) => readonly AnnouncedEvent[];
  readonly networks: (stream: string) => readonly CurrentNetwork[];
  readonly prior: (stream: string, at: Instant) => Uint8Array | undefined;
  /** Models that a node lacks. */
  readonly models: (node: BriefedNode, at: Instant) => ReadonlyMap<PartitionKey, KeptModel>;
  /** A model gone on with to now. */
  readonly goOn: (partition: PartitionKey, model: KeptModel, at: Instant) => Handout;
  readonly onPriorSent: (stream: string) => void;
  readonly now: () => Instant;
}

export interface BriefedNode {
  readonly nodeId: string;
  readonly epoch: number;
  readonly streams: ReadonlySet<string>;
}

/**
 * What an edge is told when it connects: announced events, networks and priors of its streams, then the models that
 * it lacks.
 */
export class Briefing {
  readonly #o: BriefingSources;

  constructor(sources: BriefingSources) {
    this.#o = sources;
  }

  begin(errands: Errands, node: BriefedNode): void {
    for (const stream of node.streams) {
      this.events(errands, stream);
      this.networks(errands, stream);
      errands.put(`prior ${stream}`, () => this.#prior(stream));
    }
    for (const [partition, model] of this.#o.models(node, this.#o.now())) {
      errands.put(`model ${partition}`, () => this.#model(partition, model));
    }
  }

  /** The list as it is when it is sent, even if it is empty: the edge may know an older one. */
  events(errands: Errands, stream: string): void {
    errands.put(`events ${stream}`, () => ({
      kind: 'events-update',
      stream,
      events: this.#o.events(stream),
    }));
  }

  networks(errands: Errands, stream: string): void {
    for (const { stepMs } of this.#o.networks(stream)) {
      errands.put(`network ${stream} ${stepMs}`, () => {
        const network = this.#o.networks(stream).find((n) => n.stepMs === stepMs);
        return network && { kind: 'network-update', stream, version: network.version, bytes: network.bytes };
      });
    }
  }

  #prior(stream: string) {
    const bytes = this.#o.prior(stream, this.#o.now());
    if (bytes === undefined) return undefined;
    this.#o.onPriorSent(stream);
    return { kind: 'prior-update', stream, bytes } as const;
  }

  #model(partition: PartitionKey, model: KeptModel) {
    const handout = this.#o.goOn(partition, model, this.#o.now());
    if (handout === undefined || handout === 'later') return handout;
    return { kind: 'model-update', partition, ...handout } as const;
  }
}
