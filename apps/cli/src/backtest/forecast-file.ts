import { closeSync, openSync, writeSync } from 'node:fs';
import type { BacktestForecast } from '@foreshadow/forecast';
import type { SeriesClock } from '@foreshadow/csv';
import { CliError } from '../errors.ts';

export const HEADER = 'file,origin,origin_time,steps,target_time,mean,lower,upper,actual';

const CHUNK_CHARACTERS = 1 << 16;

/**
 * Writes forecasts to a CSV file as they come, a chunk at a time: a long backtest makes millions. Synchronous, for a
 * backtest gives no turn in which a stream could drain.
 */
export class ForecastFile {
  readonly #file: string;
  readonly #descriptor: number;
  #pending = `${HEADER}\n`;

  /** @throws {CliError} `INVALID_FILE` if the file cannot be opened for writing */
  constructor(file: string) {
    this.#file = file;
    this.#descriptor = this.#guard(() => openSync(file, 'w'));
  }

  add(series: string, clock: SeriesClock, forecast: BacktestForecast): void {
    const { origin, steps, mean, lower, upper, actual } = forecast;
    const target = clock.text(origin + steps);
    const numbers = [mean, lower, upper, actual].map(cell).join(',');
    this.#pending += `${quoted(series)},${origin},${clock.text(origin)},${steps},${target},${numbers}\n`;
    if (this.#pending.length >= CHUNK_CHARACTERS) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    for (let at = 0; at < bytes.length; ) {
      at += this.#guard(() => writeSync(this.#descriptor, bytes, at));
    }
  }

  #guard<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new CliError('INVALID_FILE', `cannot write ${this.#file}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

const cell = (value: number): string => (Number.isFinite(value) ? String(value) : '');

/** A cell of text (RFC 4180). */
export function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
