/**
 * Wire format and session of the link between edges and the actuator. Pure: no sockets, no clock.
 * @module
 */
export {
  decodeMessage,
  encodeForecasts,
  encodeLoads,
  encodeMessage,
  type SingleMessage,
} from './codec/envelope.ts';
export { closeCodeOf, ProtocolError, type ProtocolErrorCode } from './errors.ts';
export { LIMITS, PROTOCOL_VERSION } from './limits.ts';
export type {
  Ack,
  DownMessage,
  Echo,
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
  PartitionFeedback,
  Settings,
  Throttle,
  UpMessage,
  Welcome,
} from './messages.ts';
export { LinkSession, type LinkSessionOptions } from './session.ts';
