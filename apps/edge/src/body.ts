import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/**
 * Read a request's body, holding no more than `maxBytes` of it at any time.
 * @throws {Problem} `BATCH_TOO_LARGE` as soon as it is known to be; `BODY_ABORTED` if the client goes away.
 */
export async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(incoming.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (done: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      done();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      // The server drains what is left, within bounds of its own, once the answer is out.
      incoming.pause();
      settle(() => reject(tooLarge(maxBytes)));
    };
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)));
    const onGone = (): void =>
      settle(() => reject(new Problem('BODY_ABORTED', 'the request ended before its body did')));
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('BATCH_TOO_LARGE', `a batch has at most ${maxBytes} bytes (edge.maxBatchBytes)`);
}
