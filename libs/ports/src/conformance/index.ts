/**
 * Suites (vitest) that every adapter of a port runs against itself.
 * @module
 */
export { leasesSuite } from './leases.ts';
export { stateStoreSuite } from './state-store.ts';
export { streamLogSuite } from './stream-log.ts';
export type { Subject } from './subject.ts';
