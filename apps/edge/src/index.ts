/**
 * The ingest edge node: records over HTTP into the stream log, and their shadow.
 * @module
 */
export { EdgeError, type EdgeErrorCode } from './errors.ts';
export { type EdgeDeps, type EdgeServer, startEdge } from './start-edge.ts';
export { murmur2, partitionOf } from './partitioner.ts';
