import type { z } from 'zod';
import { FsError } from '../errors.ts';
import { type Config, configSchema, type PoolConfig } from './schema.ts';
import { FIXED_SIZE_KINDS } from './stream-schema.ts';

/**
 * Check a configuration and fill in its defaults.
 * @throws {FsError} `INVALID_CONFIG`; the message has one line a problem: key, value, allowed range.
 */
export function parseConfig(input: unknown): Config {
  const parsed = configSchema.safeParse(input ?? {});
  if (!parsed.success) throw invalid(parsed.error.issues.map((issue) => describe(issue, input)));
  const problems = crossCheck(parsed.data);
  if (problems.length > 0) throw invalid(problems);
  return {
    ...parsed.data,
    pools: parsed.data.pools.flatMap((pool) => perPartition(pool, parsed.data.streams)),
  };
}

/** A pool of mode `perPartition` as the pools that it stands for. */
function perPartition(pool: PoolConfig, streams: Config['streams']): PoolConfig[] {
  if (pool.mode !== 'perPartition') return [pool];
  const partitions = streams.find(({ name }) => name === pool.stream)?.partitions ?? 0;
  return Array.from({ length: partitions }, (_, partition) => ({
    ...pool,
    name: `${pool.name}-${partition}`,
    mode: 'ordered',
    partition,
    minWorkers: Math.min(1, pool.minWorkers),
    maxWorkers: 1,
  }));
}

function invalid(problems: readonly string[]): FsError {
  return new FsError('INVALID_CONFIG', problems.join('\n'));
}

function describe(issue: z.core.$ZodIssue, input: unknown): string {
  const key = issue.path.map(String).join('.') || '(root)';
  const value = issue.path.reduce<unknown>(
    (v, k) => (v as Record<PropertyKey, unknown> | undefined)?.[k],
    input,
  );
  return `${key}: ${issue.message}; got ${withoutLogin(JSON.stringify(value))}`;
}

/** A URL may hold a password, and messages end up in logs. */
function withoutLogin(json: string | undefined): string | undefined {
  return json?.replaceAll(/[^"\s]*@/g, '***@');
}

/** What no single field can say. */
function crossCheck(config: Config): string[] {
  const problems: string[] = [];
  const streams = new Set<string>();
  for (const [i, { name }] of config.streams.entries()) {
    if (streams.has(name)) problems.push(`streams.${i}.name: each stream once; got "${name}" again`);
    streams.add(name);
  }
  for (const [i, { tap, sampler, overhead }] of config.streams.entries()) {
    if (overhead === undefined) continue;
    if (tap === 'log') problems.push(`streams.${i}.overhead: only with an inline tap; this one is log`);
    const { kind, rate } = sampler;
    if (FIXED_SIZE_KINDS.includes(kind)) {
      problems.push(`streams.${i}.overhead: only with a sampler that has a rate; got kind "${kind}"`);
    } else if (rate > overhead.maxRate) {
      problems.push(
        `streams.${i}.overhead.maxRate: at least sampler.rate (${rate}); got ${overhead.maxRate}`,
      );
    }
  }
  const taken = new Set(streams);
  for (const [i, { shadows }] of config.streams.entries()) {
    for (const [j, { name }] of shadows.entries()) {
      const at = `streams.${i}.shadows.${j}.name`;
      if (taken.has(name))
        problems.push(`${at}: a name that no stream and no other shadow has; got "${name}"`);
      taken.add(name);
    }
  }
  const pools = new Set<string>();
  for (const [i, pool] of config.pools.entries()) {
    const at = `pools.${i}`;
    if (pools.has(pool.name)) problems.push(`${at}.name: each pool once; got "${pool.name}" again`);
    pools.add(pool.name);
    if (!streams.has(pool.stream)) {
      problems.push(
        `${at}.stream: one of ${[...streams].join(', ') || '(no streams)'}; got "${pool.stream}"`,
      );
    }
    const { partitions } = config.streams.find(({ name }) => name === pool.stream) ?? {
      partitions: Infinity,
    };
    if (pool.partition !== undefined && pool.partition >= partitions) {
      problems.push(
        `${at}.partition: below the ${partitions} of stream "${pool.stream}"; got ${pool.partition}`,
      );
    }
    if (pool.partition !== undefined && pool.mode === 'perPartition') {
      problems.push(`${at}.partition: only with mode ordered; this one is perPartition`);
    }
    if (pool.mode === 'perPartition') {
      const own = Array.from({ length: Math.min(partitions, 10_000) }, (_, p) => `${pool.name}-${p}`);
      for (const other of config.pools) {
        if (own.includes(other.name))
          problems.push(
            `${at}.name: its pools are named ${pool.name}-<partition>, and "${other.name}" is taken`,
          );
      }
    }
    if (pool.minWorkers > pool.maxWorkers) {
      problems.push(`${at}.minWorkers: at most maxWorkers (${pool.maxWorkers}); got ${pool.minWorkers}`);
    }
    const { deadLetterStream, retryBackoffMs, maxRetryBackoffMs } = pool.worker;
    if (deadLetterStream === pool.stream) {
      problems.push(
        `${at}.worker.deadLetterStream: another stream than the pool's; got "${deadLetterStream}"`,
      );
    }
    if (retryBackoffMs > maxRetryBackoffMs) {
      problems.push(
        `${at}.worker.retryBackoffMs: at most maxRetryBackoffMs (${maxRetryBackoffMs}); got ${retryBackoffMs}`,
      );
    }
    for (const r of ['cpuCores', 'memoryBytes', 'networkBytesPerSec', 'diskBytesPerSec'] as const) {
      if (pool.minWorker[r] > pool.maxWorker[r]) {
        problems.push(
          `${at}.minWorker.${r}: at most maxWorker's (${pool.maxWorker[r]}); got ${pool.minWorker[r]}`,
        );
      }
    }
  }
  for (const [stream, upstream] of Object.entries(config.forecast.upstream)) {
    for (const name of [stream, ...upstream]) {
      if (streams.has(name)) continue;
      problems.push(`forecast.upstream.${stream}: streams of ${[...streams].join(', ')}; got "${name}"`);
    }
    if (new Set([stream, ...upstream]).size <= upstream.length) {
      problems.push(`forecast.upstream.${stream}: different other streams; got ${JSON.stringify(upstream)}`);
    }
  }
  const horizons = config.forecast.horizonsMs;
  if (horizons.some((h, i) => i > 0 && h <= horizons[i - 1]!)) {
    problems.push(`forecast.horizonsMs: ascending; got ${JSON.stringify(horizons)}`);
  }
  for (const [i, h] of horizons.entries()) {
    if (h % config.forecast.tickMs !== 0) {
      problems.push(`forecast.horizonsMs.${i}: a multiple of tickMs (${config.forecast.tickMs}); got ${h}`);
    }
  }
  return problems;
}
