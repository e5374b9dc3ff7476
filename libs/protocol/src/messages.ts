import type {
  AnnouncedEvent,
  DriftEvent,
  Estimate,
  FeatureRecord,
  HorizonScore,
  LevelSeasons,
  LoadForecast,
  LoadSample,
  ModelRecord,
  PartitionKey,
  SamplingReport,
  Scorecard,
} from '@foreshadow/domain';

/** A stream for which an edge speaks. */
export interface LinkStream {
  readonly name: string;
  readonly partitions: number;
}

/** First message of an edge. */
export interface Hello {
  readonly kind: 'hello';
  readonly protocolVersion: number;
  readonly nodeId: string;
  readonly softwareVersion: string;
  /** Grows with every start of the node; orders its frames across restarts. */
  readonly epoch: number;
  readonly streams: readonly LinkStream[];
  readonly sentAtMs: number;
  readonly tickMs: number;
}

/** Wishes of the actuator; what is `undefined` stays as it is. */
export interface LinkSettings {
  readonly heartbeatIntervalMs?: number | undefined;
  /** Shortest time between two forecasts of a partition. */
  readonly forecastIntervalMs?: number | undefined;
  readonly loadIntervalMs?: number | undefined;
  readonly modelIntervalMs?: number | undefined;
  readonly scoreIntervalMs?: number | undefined;
  /** Time between two reports on a stream's sampling; `undefined` in Welcome: none are wanted. */
  readonly samplingIntervalMs?: number | undefined;
  /** Share of records sampled, (0, 1]. */
  readonly samplingRate?: number | undefined;
}

/** Answer to Hello; from then on the edge may send. */
export interface Welcome {
  readonly kind: 'welcome';
  readonly sessionId: string;
  readonly settings: LinkSettings;
  readonly sentAtMs: number;
  /** Newest epoch known of the node; 0: none. An edge whose clock went back counts on from it. */
  readonly lastEpoch: number;
}

export interface Forecasts {
  readonly kind: 'forecasts';
  readonly epoch: number;
  readonly seq: number;
  readonly forecasts: readonly LoadForecast[];
}

export interface Loads {
  readonly kind: 'loads';
  readonly epoch: number;
  readonly seq: number;
  readonly samples: readonly LoadSample[];
}

/** State of one partition's forecaster. */
export interface ModelState {
  readonly partition: PartitionKey;
  /** Tick that the state has seen last. */
  readonly atMs: number;
  readonly state: Uint8Array;
}

export interface ModelReport extends ModelState {
  readonly kind: 'model';
  readonly epoch: number;
}

/** What the forecaster of one partition says of itself. */
export interface PartitionScores {
  readonly partition: PartitionKey;
  /** Tick that the scores have seen last. */
  readonly atMs: number;
  readonly horizons: readonly HorizonScore[];
  readonly experts: Scorecard['experts'];
  readonly seasons: readonly LevelSeasons[];
  /** Of the last hour, oldest first. */
  readonly drift: readonly DriftEvent[];
  /** `undefined`: those of the last report of this session that named them. */
  readonly models: readonly ModelRecord[] | undefined;
  /** Those that are used, and those that explain more than chance would; they travel with the models. */
  readonly features: readonly FeatureRecord[] | undefined;
}

export interface Scores {
  readonly kind: 'scores';
  readonly epoch: number;
  readonly partitions: readonly PartitionScores[];
}

/** How streams are sampled. */
export interface Samplings {
  readonly kind: 'samplings';
  readonly epoch: number;
  readonly reports: readonly SamplingReport[];
}

export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly sentAtMs: number;
  /** When the newest message of the other side was sent (its clock) and came (ours); `undefined`: none yet. */
  readonly echo: Echo | undefined;
}

export interface Echo {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

export interface HeartbeatAck {
  readonly kind: 'heartbeat-ack';
  readonly sentAtMs: number;
  readonly echo: Echo;
}

export interface Settings extends LinkSettings {
  readonly kind: 'settings';
  readonly commandId: number;
}

/** What became of one partition's forecasts. */
export interface PartitionFeedback {
  readonly partition: PartitionKey;
  /** Work units per record as the workers measured them. */
  readonly workPerRecord: Estimate | undefined;
  readonly horizons: readonly HorizonScore[];
}

export interface Feedback {
  readonly kind: 'feedback';
  readonly commandId: number;
  readonly partitions: readonly PartitionFeedback[];
}

/** State for the forecaster of one partition, for an edge that starts without. */
export interface ModelUpdate extends ModelState {
  readonly kind: 'model-update';
  readonly commandId: number;
}

/** Weights of a neural network for the forecasters of one stream; the bytes say for which resolution. */
export interface NetworkUpdate {
  readonly kind: 'network-update';
  readonly commandId: number;
  readonly stream: string;
  /** Grows with every training. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** What the mature partitions of a stream have in common, for those that begin without evidence. */
export interface PriorUpdate {
  readonly kind: 'prior-update';
  readonly commandId: number;
  readonly stream: string;
  readonly bytes: Uint8Array;
}

/** All events that are announced for a stream; it takes the place of the list before. */
export interface EventsUpdate {
  readonly kind: 'events-update';
  readonly commandId: number;
  readonly stream: string;
  readonly events: readonly AnnouncedEvent[];
}

export interface Throttle {
  readonly kind: 'throttle';
  readonly commandId: number;
  /** Shortest time between two frames for the next `durationMs`. */
  readonly minIntervalMs: number;
  readonly durationMs: number;
}

/** A command was carried out, or why not. */
export interface Ack {
  readonly kind: 'ack';
  readonly commandId: number;
  /** Empty: carried out. */
  readonly refusal: string;
}

export type GoodbyeReason =
  | 'shutting-down'
  | 'unsupported-version'
  | 'unauthorized'
  | 'not-leader'
  | 'overloaded'
  | 'replaced';

export interface Goodbye {
  readonly kind: 'goodbye';
  /** `unknown`: a reason that this version does not know. */
  readonly reason: GoodbyeReason | 'unknown';
  readonly retryAfterMs: number;
  /** Link address of the replica that leads, where it is known. */
  readonly leaderUrl: string | undefined;
  readonly message: string;
}

/** Messages of an edge. */
export type UpMessage =
  | Hello
  | Forecasts
  | Loads
  | Scores
  | Samplings
  | ModelReport
  | Heartbeat
  | Ack
  | Goodbye;

/** Messages of the actuator. */
export type DownMessage =
  | Welcome
  | HeartbeatAck
  | Settings
  | Feedback
  | ModelUpdate
  | NetworkUpdate
  | PriorUpdate
  | EventsUpdate
  | Throttle
  | Goodbye;

export type LinkMessage = UpMessage | DownMessage;
