/**
 * The ingest edge node: records over HTTP into the stream log, and their shadow.
 * @module
 */
export { type EdgeAppOptions, edgeApp, type EdgeEnv } from './app.ts';
export { EdgeError, type EdgeErrorCode } from './errors.ts';
export { type IngestStats, type Placement, type RecordTap, StreamIngest } from './ingest.ts';
export { murmur2, partitionOf } from './partitioner.ts';
export { type HttpServer, listen } from './server.ts';
