import { isAscii, isUtf8 } from 'node:buffer';
import type { StreamRecord } from '@foreshadow/domain';
import { Problem } from './problem.ts';

export interface NdjsonOptions {
  /** Top-level field whose value is the routing key; without it no record has one. */
  readonly keyField: string | undefined;
  /** Top-level field that holds the event time; without it records take `arrivalMs`. */
  readonly timestampField: string | undefined;
  readonly arrivalMs: number;
  readonly maxRecordBytes: number;
}

const NEWLINE = 0x0a;

/**
 * The records of an NDJSON body, in order: each line is one JSON value in UTF-8, its bytes (without blanks around
 * it) the record's value. Blank lines are passed over. Values are views of `body`, not copies.
 * @throws {Problem} `MALFORMED_LINE` or `RECORD_TOO_LARGE` with the first line that is wrong and the reason.
 */
export function parseNdjson(body: Buffer, options: NdjsonOptions): StreamRecord[] {
  const records: StreamRecord[] = [];
  const source = { body, ascii: isAscii(body) ? body.toString('latin1') : undefined, valid: isUtf8(body) };
  let line = 1;
  for (let start = 0; start < body.length; line++) {
    const newline = body.indexOf(NEWLINE, start);
    const next = newline === -1 ? body.length : newline;
    const span = trim(body, start, next);
    start = next + 1;
    if (span.from < span.to) records.push(toRecord(source, span, line, options));
  }
  return records;
}

interface Source {
  readonly body: Buffer;
  /** The body as text where bytes and characters have the same places: cutting it beats decoding line by line. */
  readonly ascii: string | undefined;
  /** Whether all of it is UTF-8. */
  readonly valid: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function trim(body: Buffer, start: number, end: number): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(body[from]!)) from++;
  while (to > from && isBlank(body[to - 1]!)) to--;
  return { from, to };
}

/** Space, tab or carriage return: what JSON allows around a value on one line. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function toRecord(source: Source, span: Span, line: number, options: NdjsonOptions): StreamRecord {
  const { keyField, timestampField, arrivalMs, maxRecordBytes } = options;
  const size = span.to - span.from;
  if (size > maxRecordBytes) {
    const reason = `has ${size} bytes; at most ${maxRecordBytes} (edge.maxRecordBytes)`;
    throw new Problem('RECORD_TOO_LARGE', `line ${line} ${reason}`, { line });
  }
  const value = source.body.subarray(span.from, span.to);
  if (!source.valid && !isUtf8(value)) throw malformed(line, 'is not valid UTF-8');
  const parsed = parse(source.ascii?.slice(span.from, span.to) ?? value.toString('utf8'), line);
  return {
    key: keyField === undefined ? undefined : keyOf(field(parsed, keyField), keyField, line),
    value,
    timestampMs:
      timestampField === undefined
        ? arrivalMs
        : timestampOf(field(parsed, timestampField), timestampField, line, arrivalMs),
  };
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw malformed(line, `is not JSON: ${(cause as Error).message}`, cause);
  }
}

/** Own field of an object; anything else has none. */
function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function keyOf(value: unknown, name: string, line: number): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw malformed(line, `: key field "${name}" must hold a string, number or boolean`);
}

function timestampOf(value: unknown, name: string, line: number, arrivalMs: number): number {
  if (value === undefined || value === null) return arrivalMs;
  const timestampMs = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof timestampMs === 'number' && Number.isFinite(timestampMs) && timestampMs >= 0) return timestampMs;
  throw malformed(line, `: timestamp field "${name}" must hold milliseconds since 1970 or an ISO 8601 date`);
}

function malformed(line: number, reason: string, cause?: unknown): Problem {
  const separator = reason.startsWith(':') ? '' : ' ';
  return new Problem('MALFORMED_LINE', `line ${line}${separator}${reason}`, { line, cause });
}
