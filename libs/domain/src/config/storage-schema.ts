import { z } from 'zod';

export const redisTlsSchema = z
  .strictObject({
    caFile: z.string().min(1).describe('certificate authority that vouches for the server'),
    certFile: z.string().min(1).describe('certificate that this side shows, where the server asks for it'),
    keyFile: z.string().min(1).describe('key of `certFile`'),
  })
  .partial()
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    path: ['keyFile'],
    message: 'certFile and keyFile together, or neither',
  })
  .describe('PEM files for rediss://; by default the authorities that Node knows vouch for the server');

export const redisSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\/./, 'redis://[user:password@]host[:port][/database], several hosts with commas'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'letters, digits, . _ : - and at most 100 characters')
      .default('fs')
      .describe('start of every key'),
    waitMs: z
      .number()
      .int()
      .min(0)
      .max(600_000)
      .default(10_000)
      .describe('how long a call waits for a Redis that is away before it fails; 0: it fails at once'),
    minReplicas: z
      .number()
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe('replicas that must have a batch before it is acknowledged'),
    tls: redisTlsSchema.optional(),
  })
  .describe('a Redis (7 or newer, or Valkey) that keeps log, state and leases, instead of the folder');

export const storageSchema = z.strictObject({
  path: z.string().default('.foreshadow').describe('folder of the embedded log, state and leases'),
  redis: redisSchema.optional(),
  retainRecords: z.number().int().min(0).default(0).describe('records kept behind the slowest group'),
});
