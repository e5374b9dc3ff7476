/** Makes the records of a run, as NDJSON lines. Time counts from the start of the run. */
export interface RecordSource {
  /** Top-level field by whose value the edge routes. */
  readonly keyField: string;
  /** When it has no more; `undefined`: it goes on for ever. */
  readonly durationMs: number | undefined;
  /**
   * The lines due in `[fromMs, toMs)`. Called with adjacent stretches, each once.
   * @param nowMs wall-clock, for the records' own times
   */
  due(fromMs: number, toMs: number, nowMs: number): readonly string[];
}
