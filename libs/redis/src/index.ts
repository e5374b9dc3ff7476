/**
 * Stream log, state and leases on Redis 7 or newer, or Valkey: one server, a primary with replicas, or a cluster.
 * @module
 */
export { openRedis, type Redis } from './open-redis.ts';
export type { RedisLogger, RedisOptions, ReplicaOptions } from './options.ts';
