/**
 * The one place that knows which adapters keep log, state and leases.
 * @module
 */
export { openStorage, type Storage, type StorageLogger } from './open-storage.ts';
