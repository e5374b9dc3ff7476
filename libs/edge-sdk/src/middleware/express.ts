import { type RecordTap, report, type SeenRecords } from './records.ts';

/** Express's request goes to `recordsOf` as it is. */
export type ExpressRequest = object;

/** What of Express's response is used. */
export interface ExpressResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Express middleware: the records of a request are offered once it was answered with 2xx, else refused; a client that went
 * before the answer came was refused too.
 *
 * @example
 * app.post('/orders', expressTap(edge.tap('orders'), (req) => ({ partition: 0, sizeBytes: req.body.length })), handler);
 */
export function expressTap<Q extends ExpressRequest>(
  tap: RecordTap,
  recordsOf: (request: Q) => SeenRecords,
): (request: Q, response: ExpressResponse, next: () => void) => void {
  return (request, response, next) => {
    response.once('close', () => {
      const { statusCode, writableFinished } = response;
      report(tap, () => recordsOf(request), writableFinished && statusCode >= 200 && statusCode < 300);
    });
    next();
  };
}
