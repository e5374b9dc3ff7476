import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pointsOf, readCsv } from './csv.ts';
import { lastRows, onEvenSteps, type Series, sumToHours } from './series.ts';

export const LAYOUT = `DIR holds real series:
  stream-rates/{NAME}_{5min,15min,1h}.csv                  date,messages
  stream-rates/published/{NAME}_{5min,15min,1h}_{classic,deep}.csv
                                                           date,t,METHOD,… forecasts of the last fifth of the rows
  nab/*/*.csv                                              timestamp,value
  cloud-ingress/{ingress-*,api-*}.csv                      TimeStamp,Value,…
  nasa-http/requests-per-minute.csv                        minute,requests
Times are UTC; rows that are absent are missing values.`;

/** Granularities in which stream rates were published, in the order of the tables. */
export const GRANULARITIES = ['5min', '15min', '1h'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Real series in a folder of the layout above. */
export class DataFolder {
  readonly #dir: string;
  readonly #rows: number;
  readonly #read = new Map<string, Series>();

  /** @param rows newest rows that are used of the long files of `levelSeries` */
  constructor(dir: string, rows: number = Infinity) {
    this.#dir = dir;
    this.#rows = rows;
  }

  /** Names of the streams whose rates are there at a granularity. */
  streams(granularity: Granularity): readonly string[] {
    const end = `_${granularity}.csv`;
    return this.#files('stream-rates', end).map((file) => basename(file, end));
  }

  streamRates(stream: string, granularity: Granularity): Series {
    return this.#series(join('stream-rates', `${stream}_${granularity}.csv`));
  }

  /** File with the published forecasts of a stream. */
  publishedFile(stream: string, granularity: Granularity, kind: 'classic' | 'deep'): string {
    return join(this.#dir, 'stream-rates', 'published', `${stream}_${granularity}_${kind}.csv`);
  }

  /** Every stream at every granularity. */
  allStreamRates(): readonly Series[] {
    return GRANULARITIES.flatMap((g) => this.streams(g).map((stream) => this.streamRates(stream, g)));
  }

  /** nab, cloud-ingress and nasa-http, as they were recorded. */
  levelSeries(): readonly Series[] {
    const nab = this.#folders('nab').flatMap((folder) => this.#files(join('nab', folder), '.csv'));
    const files = [...nab, ...this.#files('cloud-ingress', '.csv'), ...this.#files('nasa-http', '.csv')];
    return files.map((file) => lastRows(this.#series(file), this.#rows));
  }

  /** Hourly series with daily and weekly seasons, some of them summed to hours. */
  hourlySeries(): readonly Series[] {
    const streams = this.streams('1h').map((stream) => this.streamRates(stream, '1h'));
    const taxi = this.#folders('nab').flatMap((folder) => this.#files(join('nab', folder), 'nyc_taxi.csv'));
    const files = [...taxi, ...this.#files('cloud-ingress', '.csv'), ...this.#files('nasa-http', '.csv')];
    return [...streams, ...files.map((file) => sumToHours(this.#series(file)))];
  }

  /** Tweet volumes, one series a share. */
  tweets(): readonly Series[] {
    return this.#files(join('nab', 'realTweets'), '.csv').map((file) => this.#series(file));
  }

  #series(file: string): Series {
    let series = this.#read.get(file);
    if (series === undefined) {
      series = onEvenSteps(basename(file, '.csv'), pointsOf(readCsv(join(this.#dir, file))));
      this.#read.set(file, series);
    }
    return series;
  }

  #files(folder: string, end: string): string[] {
    return this.#list(folder, (name) => name.endsWith(end)).map((name) => join(folder, name));
  }

  #folders(folder: string): string[] {
    return this.#list(folder, (name) => statSync(join(this.#dir, folder, name)).isDirectory());
  }

  /** Sorted, so that tables and random numbers are the same on every machine. */
  #list(folder: string, wanted: (name: string) => boolean): string[] {
    const path = join(this.#dir, folder);
    return existsSync(path) ? readdirSync(path).filter(wanted).sort() : [];
  }
}
