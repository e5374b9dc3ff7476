import type { AnnouncedEvent } from '@foreshadow/domain';

/** One thing that is wrong with a request: where in its body, what, and what is allowed. */
export interface InputProblem {
  /** JSON pointer (RFC 6901) into the body; empty: the body itself. */
  readonly where: string;
  readonly what: string;
  /** Range or form that is allowed. */
  readonly allowed: string;
  readonly got: unknown;
}

export type ParsedEvents =
  | { readonly events: readonly AnnouncedEvent[]; readonly problems?: undefined }
  | { readonly problems: readonly InputProblem[] };

/** Events of one request, and of one stream. */
export const MAX_EVENTS = 256;
const DAY_MS = 86_400_000;
/** How far an event may begin in the past, how long it may last, and how far ahead it may end. */
const REACH_DAYS = 366;
const MAX_MAGNITUDE = 1000;
const KIND = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Date and time with a zone: without one it would mean another instant on each machine. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const TIME_FORM = 'ISO 8601 with a zone, as 2026-11-27T08:00:00Z, or milliseconds since the Unix epoch';
const FIELDS: ReadonlySet<string> = new Set(['kind', 'from', 'to', 'magnitude']);

/** One event or a list of them, as a client writes it: `{kind, from, to, magnitude?}`. All problems are told at once. */
export function parseEvents(body: unknown, nowMs: number): ParsedEvents {
  const isList = Array.isArray(body);
  const inputs: readonly unknown[] = isList ? (body as unknown[]) : [body];
  if (inputs.length === 0 || inputs.length > MAX_EVENTS) {
    const what = `a list of ${inputs.length} events`;
    return { problems: [{ where: '', what, allowed: `1–${MAX_EVENTS} events`, got: inputs.length }] };
  }
  const problems: InputProblem[] = [];
  const events = inputs.map((input, i) => parseEvent(input, isList ? `/${i}` : '', nowMs, problems));
  if (problems.length > 0) return { problems };
  return { events: events.filter((e) => e !== undefined) };
}

function parseEvent(
  input: unknown,
  at: string,
  nowMs: number,
  problems: InputProblem[],
): AnnouncedEvent | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const allowed = 'an object {kind, from, to, magnitude?}';
    problems.push({ where: at, what: 'not an event', allowed, got: input });
    return undefined;
  }
  const { kind, from, to, magnitude = 1 } = input as Record<string, unknown>;
  const before = problems.length;
  const refuse = (field: string, what: string, allowed: string, got: unknown): void => {
    problems.push({ where: `${at}/${field}`, what, allowed, got: got ?? null });
  };
  for (const field of Object.keys(input)) {
    if (!FIELDS.has(field)) refuse(field, 'not a field of an event', [...FIELDS].join(', '), field);
  }
  if (typeof kind !== 'string' || !KIND.test(kind)) {
    refuse('kind', 'not a kind', 'letters, digits, . _ - and at most 64 characters', kind);
  }
  if (!(typeof magnitude === 'number' && magnitude > 0 && magnitude <= MAX_MAGNITUDE)) {
    refuse('magnitude', 'out of range', `above 0, at most ${MAX_MAGNITUDE}`, magnitude);
  }
  const fromMs = timeOf(from);
  const toMs = timeOf(to);
  if (fromMs === undefined) refuse('from', 'not a time', TIME_FORM, from);
  if (toMs === undefined) refuse('to', 'not a time', TIME_FORM, to);
  if (fromMs === undefined || toMs === undefined) return undefined;
  checkSpan(fromMs, toMs, nowMs, (field, what, allowed) =>
    refuse(field, what, allowed, field === 'from' ? from : to),
  );
  if (problems.length > before) return undefined;
  return {
    id: idOf(kind as string, fromMs, toMs),
    kind: kind as string,
    fromMs,
    toMs,
    magnitude: magnitude as number,
  };
}

function checkSpan(
  fromMs: number,
  toMs: number,
  nowMs: number,
  refuse: (field: 'from' | 'to', what: string, allowed: string) => void,
): void {
  const reachMs = REACH_DAYS * DAY_MS;
  if (fromMs < nowMs - reachMs) refuse('from', 'too long ago', `${iso(nowMs - reachMs)} or later`);
  if (toMs <= fromMs) refuse('to', 'not after its beginning', `later than ${iso(fromMs)}`);
  else if (toMs <= nowMs) refuse('to', 'over already', `later than ${iso(nowMs)}`);
  else if (toMs > nowMs + reachMs) refuse('to', 'too far ahead', `${iso(nowMs + reachMs)} or earlier`);
}

/** Milliseconds; `undefined` for what is no time. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? Math.round(value) : undefined;
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The same event announced twice is one event. */
function idOf(kind: string, fromMs: number, toMs: number): string {
  return `${kind}-${fromMs.toString(36)}-${toMs.toString(36)}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
