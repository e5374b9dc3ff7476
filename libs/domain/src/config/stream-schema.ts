import { z } from 'zod';
import { STREAM_NAME_PATTERN } from '../partition.ts';
import { durationMs } from './scalars.ts';

const BLOCK_KINDS: readonly string[] = ['systematic', 'stratified'];
/** Their sample is bounded as it is; there is no rate to adapt. */
export const FIXED_SIZE_KINDS: readonly string[] = ['reservoir', 'priority'];

export const samplerSchema = z
  .strictObject({
    kind: z
      .enum(['systematic', 'stratified', 'bernoulli', 'keyed', 'reservoir', 'priority'])
      .default('bernoulli')
      .describe(
        'every n-th record; one at random in each block of n; each with probability `rate`; whole keys; a fixed number ' +
          'a partition and tick; such a number, large records likelier',
      ),
    rate: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe(
        'share of records sampled, (0, 1]; default 0.01. For reservoir and priority a share of the tick before, within ' +
          '`capacity`; default 1: always `capacity`',
      ),
    block: z
      .number()
      .int()
      .min(1)
      .max(100_000_000)
      .optional()
      .describe('instead of a rate: one in so many records; systematic and stratified'),
    capacity: z
      .number()
      .int()
      .min(2)
      .max(65_536)
      .optional()
      .describe('sampled records held a partition and tick; default 64'),
    by: z
      .enum(['size', 'class'])
      .optional()
      .describe('what makes a record likely under priority: its size, or the cost of its class'),
    seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  })
  .check(({ value, issues }) => {
    const refuse = (key: 'block' | 'by', message: string): void => {
      issues.push({ code: 'custom', message, path: [key], input: value });
    };
    if (value.block !== undefined && !BLOCK_KINDS.includes(value.kind)) {
      refuse('block', `only with kind ${BLOCK_KINDS.join(' or ')}, this one is ${value.kind}`);
    } else if (value.block !== undefined && value.rate !== undefined) {
      refuse('block', `either block or rate, not both (rate is ${value.rate})`);
    }
    if (value.by !== undefined && value.kind !== 'priority') {
      refuse('by', `only with kind priority, this one is ${value.kind}`);
    }
  })
  .transform(({ block, rate, ...sampler }) => ({
    ...sampler,
    rate: rate ?? (block === undefined ? (FIXED_SIZE_KINDS.includes(sampler.kind) ? 1 : 0.01) : 1 / block),
  }))
  .describe('the shadow of each partition');

export const shadowSchema = z.strictObject({
  name: z
    .string()
    .regex(STREAM_NAME_PATTERN, 'letters, digits, . _ - and at most 100 characters')
    .describe('stream of the log that the sampled records go to'),
  sampler: samplerSchema.prefault({}),
});

export const probeSchema = z
  .strictObject({
    module: z
      .string()
      .min(1)
      .describe(
        'JavaScript module whose default export is (record) => work units, or nothing: its CPU time counts; or a WASM ' +
          'module that exports memory, reserve(length) and probe(address, length)',
      ),
    rate: z.number().gt(0).max(1).default(0.02).describe('share of records that it is run on'),
    cpuShare: z.number().gt(0).max(1).default(0.05).describe('share of a core that it may take'),
    recordMs: durationMs.default(1000).describe('longest that one record may take before the probe is ended'),
    startMs: durationMs
      .default(30_000)
      .describe('longest that its thread may take to start and to load the module before the probe is ended'),
    memoryMib: z.number().int().min(16).max(4096).default(128),
  })
  .describe('measures what records cost, in a thread of its own beside the edge');

export const overheadSchema = z
  .strictObject({
    share: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.05)
      .describe("share of the record path's time that the tap may take, (0, 1)"),
    floorSamples: z
      .number()
      .int()
      .min(1)
      .max(65_536)
      .default(30)
      .describe(
        'samples that each partition gets a tick whatever they cost, or all its records if there are fewer',
      ),
    maxRate: z.number().gt(0).max(1).default(1).describe('largest rate that is of use, (0, 1]'),
  })
  .describe(
    "adapts the sampler's rate each tick to what the tap costs; `sampler.rate` is then the rate to begin with",
  );

export const streamSchema = z.strictObject({
  name: z.string().regex(STREAM_NAME_PATTERN, 'letters, digits, . _ - and at most 100 characters'),
  partitions: z.number().int().min(1).max(10_000),
  tap: z
    .enum(['inline', 'log'])
    .default('inline')
    .describe(
      'where edges see the load: in records that are posted to them, or in the log, whoever appends to it; the latter at one ' +
        'edge alone, for each that follows the log tells all of its load',
    ),
  sampler: samplerSchema.prefault({}),
  overhead: overheadSchema.optional(),
  hotKeys: z
    .boolean()
    .default(true)
    .describe('whether edges name keys that hold much of a partition to the actuator, for its advice'),
  shadows: z
    .array(shadowSchema)
    .max(8)
    .default([])
    .describe('sampled copies of this stream that others may read; its own workers never do'),
  probe: probeSchema.optional(),
});
