import type { LoadForecast, LoadSample, PartitionKey, SamplingReport } from '@foreshadow/domain';
import type { ModelState, PartitionScores } from '../messages.ts';

/** The newest item of each partition that waits to be sent; a newer one takes the place of an older. */
export class Latest<T extends { readonly partition: PartitionKey }> {
  readonly #items = new Map<PartitionKey, T>();
  #coalesced = 0;

  /** Items that were replaced before they were sent. */
  get coalesced(): number {
    return this.#coalesced;
  }

  get size(): number {
    return this.#items.size;
  }

  put(item: T): void {
    // Deleting first keeps the order of arrival: the partition that waits longest goes first.
    if (this.#items.delete(item.partition)) this.#coalesced += 1;
    this.#items.set(item.partition, item);
  }

  takeAll(): T[] {
    const items = [...this.#items.values()];
    this.#items.clear();
    return items;
  }

  /** The `count` that wait longest. */
  take(count: number): T[] {
    const items: T[] = [];
    for (const [partition, item] of this.#items) {
      if (items.length >= count) break;
      this.#items.delete(partition);
      items.push(item);
    }
    return items;
  }

  takeOldest(): T | undefined {
    return this.take(1)[0];
  }
}

/** What an edge has to say; at most one item of each kind and partition. */
export class Outbox {
  readonly forecasts: Latest<LoadForecast> = new Latest();
  readonly loads: Latest<LoadSample> = new Latest();
  readonly scores: Latest<PartitionScores> = new Latest();
  readonly models: Latest<ModelState> = new Latest();
  /** By stream. */
  readonly samplings: Map<string, SamplingReport> = new Map<string, SamplingReport>();
  readonly #sent = new Map<PartitionKey, LoadForecast>();

  get coalesced(): number {
    const { forecasts, loads, scores, models } = this;
    return forecasts.coalesced + loads.coalesced + scores.coalesced + models.coalesced;
  }

  takeForecasts(): LoadForecast[] {
    const forecasts = this.forecasts.takeAll();
    for (const forecast of forecasts) this.#sent.set(forecast.partition, forecast);
    return forecasts;
  }

  takeSamplings(): SamplingReport[] {
    const reports = [...this.samplings.values()];
    this.samplings.clear();
    return reports;
  }

  /** A new session knows nothing: what was sent last waits again, unless something newer does. */
  resend(): void {
    const waiting = this.forecasts.takeAll();
    const newest = new Map([...this.#sent, ...waiting.map((f) => [f.partition, f] as const)]);
    for (const forecast of newest.values()) this.forecasts.put(forecast);
  }
}
