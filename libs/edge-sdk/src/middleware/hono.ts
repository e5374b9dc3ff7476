import { type RecordTap, report, type SeenRecords } from './records.ts';

/** What of Hono's context is used. */
export interface HonoContext {
  readonly res: { readonly status: number };
}

/**
 * Hono middleware: the records of a request are offered if it was answered with 2xx, else refused (429, 503, a handler
 * that failed).
 *
 * @example
 * app.post('/orders', honoTap(edge.tap('orders'), (c) => ({ partition: 0, sizeBytes: Number(c.req.header('content-length')) })), handler);
 */
export function honoTap<C extends HonoContext>(
  tap: RecordTap,
  recordsOf: (context: C) => SeenRecords,
): (context: C, next: () => Promise<void>) => Promise<void> {
  return async (context, next) => {
    await next();
    const { status } = context.res;
    report(tap, () => recordsOf(context), status >= 200 && status < 300);
  };
}
