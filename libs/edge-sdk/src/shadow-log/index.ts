/**
 * Shadow streams in a log, for others to read, and taps that read a log, so that no producer need be rerouted.
 * @module
 */
export { LogFeed } from './log-feed.ts';
export { LogTap, type LogTapOptions, type LogTapStats } from './log-tap.ts';
export { decodeShadowRecord, encodeShadowRecord, type ShadowRecord } from './shadow-record.ts';
export {
  ShadowStreamWriter,
  type ShadowStreamWriterOptions,
  type ShadowStreamWriterStats,
} from './writer.ts';
