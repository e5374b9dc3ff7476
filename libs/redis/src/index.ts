/**
 * Stream log, state and leases on Redis 7 or newer, or Valkey: one server, a primary with replicas, or a cluster.
 * @module
 */
export { openRedis, type Redis } from './open-redis.ts';
export type { RedisLogger, RedisOptions, ReplicaOptions, TlsOptions } from './options.ts';
export { type CountingClient, entriesAdded } from './tap/entries-added.ts';
export {
  type AppendingClient,
  type RecordTap,
  tapClient,
  type TapOf,
  type TapOptions,
} from './tap/tapped-client.ts';
