import type {
  DecisionView,
  EventView,
  PartitionDetail,
  PartitionKey,
  ScorecardView,
  WeightsView,
} from '@foreshadow/domain';

const pathOf = (key: PartitionKey): string =>
  `v1/partitions/${key.split('/').map(encodeURIComponent).join('/')}`;

/** Reads of the actuator's HTTP API, relative to the page. Each answers `undefined` where the actuator cannot. */
export class Api {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async decisions(limit: number): Promise<readonly DecisionView[] | undefined> {
    const body = await this.#get<{ decisions: DecisionView[] }>(`v1/decisions?limit=${limit}`);
    return body?.decisions;
  }

  async events(limit: number): Promise<readonly EventView[] | undefined> {
    const body = await this.#get<{ events: EventView[] }>(`v1/events?limit=${limit}`);
    return body?.events;
  }

  partition(key: PartitionKey): Promise<PartitionDetail | undefined> {
    return this.#get(pathOf(key));
  }

  scorecard(key: PartitionKey): Promise<ScorecardView | undefined> {
    return this.#get(`${pathOf(key)}/scorecard`);
  }

  /** Weights of the experts over the last hour; without a horizon at the one that the actuator finds most telling. */
  weights(key: PartitionKey, horizonMs: number | undefined): Promise<WeightsView | undefined> {
    return this.#get(`${pathOf(key)}/weights${horizonMs === undefined ? '' : `?horizonMs=${horizonMs}`}`);
  }

  get liveUrl(): string {
    return new URL('v1/live', this.#base).href;
  }

  async #get<Body>(path: string): Promise<Body | undefined> {
    try {
      const response = await fetch(new URL(path, this.#base), { headers: { accept: 'application/json' } });
      return response.ok ? ((await response.json()) as Body) : undefined;
    } catch {
      // An actuator that is away shows in the state of the live stream; the next opening asks again.
      return undefined;
    }
  }
}
