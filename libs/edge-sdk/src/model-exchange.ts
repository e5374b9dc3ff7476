import type { AnnouncedEvent, DriftEvent, LevelSeasons, ModelRecord, PartitionKey } from '@foreshadow/domain';

/** Why a partition's forecasts are what they are. */
export interface Explanation {
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
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

/** An engine that cannot explain itself has nothing to tell, and refuses what it is given. */
export function exchangeOf(engine: object): ModelExchange {
  if ('explain' in engine) return engine as ModelExchange;
  const refuse = (): never => {
    throw new Error('this forecaster takes none');
  };
  return {
    explain: () => ({ seasons: [], models: [], drift: [] }),
    importPrior: refuse,
    setNetwork: refuse,
    announce: refuse,
  };
}
