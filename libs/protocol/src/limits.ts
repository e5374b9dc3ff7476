/** Version of the protocol that this package speaks. */
export const PROTOCOL_VERSION = 1;

/** Bounds that every message is held to, before anything is allocated for it. */
export const LIMITS = {
  /** Largest message; a receiver's WebSocket should refuse longer ones itself. */
  messageBytes: 262_144,
  /** Frames of forecasts and loads are split at this size. */
  frameBytes: 131_072,
  /** Fields of one message, those of nested messages included. */
  fields: 20_000,
  streams: 1024,
  /** Partitions of one session, over all its streams. */
  partitions: 65_536,
  /** Steps of a path. */
  steps: 256,
  /** Horizons of a path at which its interval is given. */
  knots: 16,
  layouts: 16,
  /** Experts named in one session. */
  experts: 256,
  nameLength: 100,
  textLength: 512,
  /** State of one partition's forecaster. */
  stateBytes: 245_760,
  /** Weights of one network. */
  networkBytes: 245_760,
  /** Prior of one stream. */
  priorBytes: 245_760,
  /** Events announced for one stream. */
  events: 256,
  /** Horizons of one scorecard. */
  horizons: 64,
  /** Experts of one scorecard. */
  scoreExperts: 64,
  /** Resolutions of one partition, and seasons at one of them. */
  levels: 16,
  seasons: 16,
  /** Drifts told of one partition. */
  drifts: 8,
  /** Features told of one partition, over all its resolutions. */
  features: 64,
  models: 64,
  /** Shadow streams of a stream, and quantiles of its sizes, in one report. */
  shadows: 16,
  quantiles: 16,
  /** Hot keys of a stream in one report, and characters of one. */
  hotKeys: 64,
  keyLength: 64,
  parameters: 32,
  /** Texts of one report of scores. */
  texts: 1024,
  horizonMs: 31_622_400_000,
} as const;
