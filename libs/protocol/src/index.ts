/**
 * Wire format and session of the link between edges and the actuator. Pure: no sockets, no clock.
 * @module
 */
export { decodeMessage } from './codec/decode.ts';
export {
  encodeForecasts,
  encodeLoads,
  encodeMessage,
  encodeSamplings,
  encodeScores,
  type SingleMessage,
} from './codec/envelope.ts';
export { closeCodeOf, ProtocolError, type ProtocolErrorCode } from './errors.ts';
export { LIMITS, PROTOCOL_VERSION } from './limits.ts';
export { ActuatorLink } from './link/actuator-link.ts';
export type {
  ActuatorCommand,
  ActuatorLinkAction,
  ActuatorLinkEvent,
  ActuatorLinkOptions,
  ActuatorLinkStats,
  SendAction,
} from './link/actuator-link-types.ts';
export { EdgeLink } from './link/edge-link.ts';
export {
  EDGE_CLOSE,
  type EdgeLinkAction,
  type EdgeLinkEvent,
  type EdgeLinkOptions,
  type EdgeLinkState,
  type EdgeLinkStats,
} from './link/edge-link-types.ts';
export { FrameOrder } from './link/frame-order.ts';
export { type Instant, instantOf } from './link/instant.ts';
export type {
  Ack,
  DownMessage,
  Echo,
  EventsUpdate,
  Feedback,
  Forecasts,
  Goodbye,
  GoodbyeReason,
  Heartbeat,
  HeartbeatAck,
  Hello,
  LinkMessage,
  LinkSettings,
  LinkStream,
  Loads,
  ModelReport,
  ModelState,
  ModelUpdate,
  NetworkUpdate,
  PartitionFeedback,
  PartitionScores,
  PriorUpdate,
  Samplings,
  Scores,
  Settings,
  Throttle,
  UpMessage,
  Welcome,
} from './messages.ts';
export { LinkSession, type LinkSessionOptions } from './session.ts';
