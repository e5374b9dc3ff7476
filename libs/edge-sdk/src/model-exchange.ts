import type { AnnouncedEvent, DriftEvent, LevelSeasons, ModelRecord, PartitionKey } from '@foreshadow/domain';
import type { LevelFeatures } from '@foreshadow/forecast';

/** Why a partition's forecasts are what they are. */
export interface Explanation {
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
  readonly features: readonly LevelFeatures[];
  readonly drift: readonly DriftEvent[];
}

/** What a forecast engine tells and takes of models. */
export interface ModelExchange {
  explain(partition: PartitionKey): Explanation;
  /** @throws {ForecastError} `STATE_MISMATCH` for a prior of another version. */
  importPrior(stream: string, bytes: Uint8Array): void;
  /** @throws {ForecastError} for a network that it cannot run. */
  setNetwork(stream: string, bytes: Uint8Array): void;
  announce(stream: string, events: readonly AnnouncedEvent[]): void;
}

/** What an engine lacks of it is refused; an empty list of events is taken by any. */
export function exchangeOf(engine: Partial<ModelExchange>): ModelExchange {
  const refuse = (): never => {
    throw new Error('this forecaster takes none');
  };
  return {
    explain: (partition) =>
      engine.explain?.(partition) ?? { seasons: [], models: [], features: [], drift: [] },
    importPrior: (stream, bytes) => (engine.importPrior ? engine.importPrior(stream, bytes) : refuse()),
    setNetwork: (stream, bytes) => (engine.setNetwork ? engine.setNetwork(stream, bytes) : refuse()),
    announce: (stream, events) => {
      if (engine.announce !== undefined) engine.announce(stream, events);
      else if (events.length > 0) refuse();
    },
  };
}
