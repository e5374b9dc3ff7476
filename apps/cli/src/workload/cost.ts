import { pbkdf2Sync } from 'node:crypto';

/** Hash rounds that a record costs: one is about 0.25 µs of CPU. */
const ROUNDS_PER_ITEM = 400;
const ROUNDS_PER_BYTE = 2;
/** Tokens of a language model: those generated cost far more than those read. */
const ROUNDS_PER_CONTEXT_TOKEN = 1;
const ROUNDS_PER_GENERATED_TOKEN = 20;
const MAX_ROUNDS = 20_000;
/** An order may have its work done over so many times. */
const MAX_CHECKS = 20;

/**
 * Hash rounds for a record by what is in it: for an order by items and size, about 0.75 ms of CPU on average; for an
 * event of a language model by its tokens; for any other JSON by its size. At most 20 000, about 5 ms; an order that asks for
 * `checks` costs that many times as much.
 */
export function roundsFor(value: unknown, sizeBytes: number): number {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { items, contextTokens, generatedTokens, checks } = fields;
  const isEvent = typeof contextTokens === 'number' || typeof generatedTokens === 'number';
  const rounds = isEvent
    ? tokens(contextTokens) * ROUNDS_PER_CONTEXT_TOKEN + tokens(generatedTokens) * ROUNDS_PER_GENERATED_TOKEN
    : (Array.isArray(items) ? items.length : 1) * ROUNDS_PER_ITEM + sizeBytes * ROUNDS_PER_BYTE;
  const once = Math.max(1, Math.min(MAX_ROUNDS, Math.round(rounds)));
  return once * Math.max(1, Math.min(MAX_CHECKS, Math.round(tokens(checks))));
}

function tokens(count: unknown): number {
  return typeof count === 'number' && count > 0 ? count : 0;
}

/** Use real CPU: derive a key from the record with that many rounds of SHA-256. */
export function burn(value: Uint8Array, rounds: number): Buffer {
  return pbkdf2Sync(value, 'foreshadow', rounds, 32, 'sha256');
}
