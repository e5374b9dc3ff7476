import { type RecordTap, report, type SeenRecords } from './records.ts';

/**
 * The same function, with its records shown to a tap: as offered once it has returned or resolved, as refused if it
 * throws or rejects. What it returns and throws stays as it is.
 *
 * @example
 * const append = tapAppend(producer.send, tap, (message) => ({ partition: 0, key: message.key, sizeBytes: message.length }));
 */
export function tapAppend<A extends readonly unknown[], R>(
  append: (...args: A) => R,
  tap: RecordTap,
  recordsOf: (...args: A) => SeenRecords,
): (...args: A) => R {
  return (...args) => {
    const settle = (isTaken: boolean): void => report(tap, () => recordsOf(...args), isTaken);
    let result: R;
    try {
      result = append(...args);
    } catch (error) {
      settle(false);
      throw error;
    }
    if (result instanceof Promise) {
      result.then(
        () => settle(true),
        () => settle(false),
      );
    } else settle(true);
    return result;
  };
}
