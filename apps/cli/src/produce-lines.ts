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
const MAX_BATCH_CHARACTERS = 1024 * 1024;
const LINGER_MS = 100;
const MAX_BACKOFF_MS = 5000;

/**
 * Send lines in batches until they end or the signal aborts; resolves to the number acknowledged. Lines that are not
 * JSON go as JSON strings. At-least-once: an unreachable edge is tried again until the signal aborts, and reading
 * stops meanwhile.
 * @throws {CliError} `INVALID_ARGUMENT`-like refusals of the edge (400, 404, 413) as `FAILED`
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

/** Group lines: a batch leaves when it is full or has waited for `LINGER_MS`. */
async function* batches(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string[]> {
  const iterator = lines[Symbol.asyncIterator]();
  const stop = new Promise<'stop'>((resolve) => {
    if (signal.aborted) resolve('stop');
    else signal.addEventListener('abort', () => resolve('stop'), { once: true });
  });
  let batch: string[] = [];
  let characters = 0;
  let next = iterator.next();
  let deadline: Promise<'linger'> | undefined;
  for (;;) {
    const winner = await Promise.race([next, stop, ...(deadline === undefined ? [] : [deadline])]);
    const ended = winner === 'stop' || (winner !== 'linger' && winner.done === true);
    if (winner !== 'linger' && winner !== 'stop' && winner.done !== true) {
      next = iterator.next();
      if (winner.value.trim() !== '') {
        const line = asJsonLine(winner.value);
        batch.push(line);
        characters += line.length;
        deadline ??= new Promise((resolve) => setTimeout(() => resolve('linger'), LINGER_MS));
      }
    }
    const full = batch.length >= MAX_BATCH_LINES || characters >= MAX_BATCH_CHARACTERS;
    if (batch.length > 0 && (full || ended || winner === 'linger')) {
      yield batch;
      batch = [];
      characters = 0;
      deadline = undefined;
    }
    if (ended) return;
  }
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
    await new Promise((resolve) => setTimeout(resolve, Math.min(MAX_BACKOFF_MS, 200 * 2 ** attempt)));
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
    throw new CliError('FAILED', `the edge refused the lines: ${response.status} ${text}`);
  }
  return `edge answered ${response.status}`;
}
