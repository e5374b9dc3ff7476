/**
 * Embed the ingest edge in any gateway: shadow tap, forecasts, and the link to the actuator.
 * @module
 */
export { type EdgeStats, type EdgeStatus, type EdgeTick, ForeshadowEdge } from './edge.ts';
export { EdgeSdkError, type EdgeSdkErrorCode } from './errors.ts';
export type { Logger } from './logger.ts';
export type {
  EdgeLinkAddress,
  EdgeStreamOptions,
  ForeshadowEdgeOptions,
  SamplingWatch,
  WatchedTap,
} from './options.ts';
export type { StreamTap } from './taps.ts';
export { VERSION } from './version.ts';
export type { WebSocketFactory, WebSocketLike } from './web-socket.ts';
