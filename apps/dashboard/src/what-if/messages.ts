/** What is to be played. */
export interface WhatIfOrder {
  /** Name of the load, for people. */
  readonly name: string;
  readonly load:
    | {
        readonly kind: 'recorded';
        readonly values: Float64Array;
        readonly stepMs: number;
        /** What is to be said of it, for people. */
        readonly warnings: readonly string[];
      }
    | {
        readonly kind: 'csv';
        readonly text: string;
        readonly timeColumn: string | undefined;
        readonly column: string | undefined;
      };
  readonly policies: readonly string[];
  readonly leadTimeSeconds: number;
  readonly sloSeconds: number;
  readonly maxWorkers: number;
  /** `undefined`: half of the workers take what 99 % of the load does not exceed. */
  readonly recordsPerSecPerWorker: number | undefined;
  /** Seconds that a row is played; `undefined`: as long as it was recorded. */
  readonly rowSeconds: number | undefined;
}

export interface PolicyName {
  readonly name: string;
  readonly about: string;
}

export type WhatIfNews =
  | { readonly kind: 'ready'; readonly policies: readonly PolicyName[] }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'played';
      readonly title: string;
      readonly warnings: readonly string[];
      /** Demand and the supply of each policy, as an SVG element in the notation of HTML. */
      readonly picture: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };
