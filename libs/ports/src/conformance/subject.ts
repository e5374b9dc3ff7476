import { afterEach, beforeEach } from 'vitest';

/** An adapter under test, made anew and empty for each test. */
export interface Subject<T> {
  readonly adapter: T;
  /** Let this much time pass for the adapter: move a fake clock, or wait. */
  readonly advance: (ms: number) => Promise<void>;
  /** Free what the test used; the adapter itself is closed before. */
  readonly dispose?: () => Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** Make a subject before each test and close it after; returns how to reach it. */
export function eachTest<T extends Closable>(make: () => Promise<Subject<T>>): () => Subject<T> {
  let current: Subject<T> | undefined;
  beforeEach(async () => {
    current = await make();
  });
  afterEach(async () => {
    await current?.adapter.close();
    await current?.dispose?.();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error('reached outside of a test');
    return current;
  };
}
