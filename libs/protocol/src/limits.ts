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
  horizonMs: 31_622_400_000,
} as const;
