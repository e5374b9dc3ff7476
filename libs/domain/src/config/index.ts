/**
 * One schema for CLI, file, environment and documentation.
 * @module
 */
export { configJsonSchema } from './json-schema.ts';
export { type EnvironmentVariables, overlayEnvironment } from './environment.ts';
export { parseConfig } from './parse.ts';
export { toWorkerPool } from './pool.ts';
export type {
  Config,
  ConfigInput,
  PolicyConfig,
  PoolConfig,
  SamplerConfig,
  ShadowConfig,
  StorageConfig,
  StreamConfig,
} from './schema.ts';
