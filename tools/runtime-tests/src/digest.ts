import type { ForecastPath, PartitionKey } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { FIXTURE_PARTITION, type Fixture } from './contract.ts';

/** Go on from the fixture's state with its samples and digest the bytes of every forecast on the way. */
export async function forecastDigest(fixture: Fixture): Promise<string> {
  const partition: PartitionKey = FIXTURE_PARTITION;
  const engine = new ForecastEngine({ tickMs: fixture.tickMs, horizonsMs: fixture.horizonsMs });
  engine.loadState(partition, fromBase64(fixture.state));
  const numbers: number[] = [];
  for (const { atMs, recordsPerSec } of fixture.samples) {
    engine.observe(partition, atMs, recordsPerSec ?? undefined);
    const forecast = engine.forecast(partition);
    if (forecast !== undefined) numbers.push(...numbersOf(forecast.path));
  }
  return sha256(new Uint8Array(Float64Array.from(numbers).buffer));
}

function numbersOf({ horizonsMs, mean, lower, upper }: ForecastPath): number[] {
  return [...horizonsMs, ...mean, ...lower, ...upper];
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
