/** What is known of a model that was fitted to one series. */
export interface ModelRecord {
  /** Name of the expert, e.g. `ets`. */
  readonly algorithm: string;
  /** Its form in the notation of the field, e.g. `ETS(A,Ad,A)[24]`. */
  readonly form: string;
  /** Length of a step of the series. */
  readonly stepMs: number;
  readonly parameters: Readonly<Record<string, number>>;
  /** Steps that it was fitted to; times are those of the first and the last. */
  readonly trainedOn: { readonly fromMs: number; readonly toMs: number; readonly count: number };
  /** Σ|error| of its forecasts over Σ|error| of last value since it was fitted, shortest horizon; NaN before the first. */
  readonly score: number;
  /** Hash of the kernel whose parameters these are. */
  readonly version: string;
}

/** Something announced that will change the load of a stream: a sale, a broadcast, a batch. */
export interface AnnouncedEvent {
  readonly id: string;
  /** Events of one kind are expected to act alike. */
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Size relative to others of its kind; 1 by default. */
  readonly magnitude: number;
}

/** Seasons found at one resolution of a series, in steps; none where nothing repeats beyond chance. */
export interface LevelSeasons {
  readonly stepMs: number;
  readonly lengths: readonly number[];
}

/** A group of features of calendar, announced events or upstream streams that forecasts of a series use, or may come to use. */
export interface FeatureRecord {
  /** Length of a step of the series. */
  readonly stepMs: number;
  /** E.g. `day of week`, `during sale`, `clicks, 1 and 2 steps before`. */
  readonly name: string;
  /** Whether forecasts use it; else it only explains more of the past than chance would. */
  readonly isIn: boolean;
  /** Share of the one-step error that it saves, or would; NaN where it made no difference yet. */
  readonly saved: number;
  /** What speaks for it: it enters above 2.2 and leaves below −1.5. */
  readonly score: number;
}

/** A change of regime that was detected in a series. */
export interface DriftEvent {
  readonly atMs: number;
  /** What gave it away, e.g. the name of the detector. */
  readonly kind: string;
}
