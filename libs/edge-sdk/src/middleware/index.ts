/**
 * Taps for gateways that are already there: middleware for Hono and Express, a wrapper for any function that appends.
 * @module
 */
export { tapAppend } from './append.ts';
export { type ExpressRequest, type ExpressResponse, expressTap } from './express.ts';
export { type HonoContext, honoTap } from './hono.ts';
export type { RecordTap, SeenRecord, SeenRecords } from './records.ts';
