import { systemClock } from '@foreshadow/domain';
import { CliError } from './errors.ts';

export interface ProduceLinesOptions {
  readonly lines: AsyncIterable<string>;
  readonly stream: string;
  readonly key: string | undefined;
  readonly edgeUrl: string;
  readonly signal: AbortSignal;
  readonly onRetry: (why: string) => void;
}

const MAX_BATCH_LINES = 1000;
const MAX_BATCH_BYTES = 1024 * 1024;
const LINGER_MS = 100;
const MAX_BACKOFF_MS = 5000;

/**
 * Send lines in batches until they end or the signal aborts; resolves to the number acknowledged. Lines that are not
 * JSON go as JSON strings. At-least-once: an unreachable edge is tried again until the signal aborts, and reading
 * stops meanwhile.
 * @throws {CliError} `FAILED` where the edge refuses (400, 404, 413) or the signal aborts before it took all
 */
export async function produceLines(options: ProduceLinesOptions): Promise<number> {
  const url = new URL(`/v1/streams/${encodeURIComponent(options.stream)}/records`, options.edgeUrl);
  if (options.key !== undefined) url.searchParams.set('key', options.key);
  let sent = 0;
  for await (const batch of batches(options.lines, options.signal)) {
    await post(url, `${batch.join('\n')}\n`, options);
    sent += batch.length;
  }
  return sent;
}

/** Group lines: a batch leaves when it is full or has waited for `LINGER_MS`; an error after those read before it. */
async function* batches(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string[]> {
  const iterator = lines[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<string, unknown>> =>
    iterator.next().catch((error: unknown) => ({ done: true, value: error }));
  let batch: string[] = [];
  let bytes = 0;
  let leavesAtMs = 0;
  for (let next = read(); ; ) {
    const lingerMs = batch.length === 0 ? undefined : Math.max(0, leavesAtMs - systemClock.monotonicMs());
    const event = await firstOf(next, lingerMs, signal);
    const line = typeof event === 'string' || event.done === true ? '' : event.value;
    const json = line.trim() === '' ? '' : asJsonLine(line);
    const isEnd = event === 'stop' || (event !== 'linger' && event.done === true);
    const isFull = batch.length >= MAX_BATCH_LINES || bytes + Buffer.byteLength(json) + 1 > MAX_BATCH_BYTES;
    if (batch.length > 0 && (isEnd || isFull || event === 'linger')) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (isEnd) {
      if (typeof event !== 'string' && event.value instanceof Error) throw event.value;
      return;
    }
    if (event === 'linger') continue;
    next = read();
    if (json === '') continue;
    if (batch.length === 0) leavesAtMs = systemClock.monotonicMs() + LINGER_MS;
    batch.push(json);
    bytes += Buffer.byteLength(json) + 1;
  }
}

/**
 * What comes first: the value, `linger` after `lingerMs`, or `stop` when the signal aborts. Leaves nothing behind on the
 * signal: `Promise.race` with one promise for the whole run would keep every line in memory.
 */
function firstOf<T>(
  value: Promise<T>,
  lingerMs: number | undefined,
  signal: AbortSignal,
): Promise<T | 'linger' | 'stop'> {
  return new Promise((resolve, reject) => {
    const settle = (first: T | 'linger' | 'stop'): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(first);
    };
    const stop = (): void => settle('stop');
    const timer = lingerMs === undefined ? undefined : setTimeout(() => settle('linger'), lingerMs);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    value.then(settle, reject);
  });
}

/** JSON stays as it is; any other text becomes a JSON string. */
export function asJsonLine(line: string): string {
  try {
    JSON.parse(line);
    return line;
  } catch {
    return JSON.stringify(line);
  }
}

async function post(url: URL, body: string, options: ProduceLinesOptions): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryPost(url, body);
    if (outcome === undefined) return;
    if (options.signal.aborted)
      throw new CliError('FAILED', `stopped before the edge took the last lines: ${outcome}`);
    options.onRetry(outcome);
    const delayMs = Math.min(MAX_BACKOFF_MS, 200 * 2 ** attempt);
    await systemClock.sleep(delayMs, options.signal).catch(() => undefined);
  }
}

/** `undefined` when acknowledged, else why it may be tried again. */
async function tryPost(url: URL, body: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    });
  } catch (error) {
    return `edge ${url.origin} does not answer (${(error as Error).message})`;
  }
  if (response.ok) {
    await response.arrayBuffer();
    return undefined;
  }
  const text = await response.text();
  if (response.status < 500 && response.status !== 429) {
    throw new CliError('FAILED', `the edge refused the lines: ${response.status} ${reasonIn(text)}`);
  }
  return `edge answered ${response.status}`;
}

/** The message of an edge's answer; any other answer as it is. */
function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : text;
  } catch {
    return text;
  }
}
