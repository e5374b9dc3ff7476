import { FakeClock } from '@foreshadow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fencedPut, MemoryStateStore, type StateEntry } from '../src/index.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const termOf = (value: Uint8Array): number | undefined => value[0];

describe('fencedPut', () => {
  it('keeps what was written under the largest term, whoever comes last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), async (terms) => {
        const store = new MemoryStateStore(new FakeClock());
        let largest = 0;
        for (const [i, term] of terms.entries()) {
          const outcome = await fencedPut(store, 'k', bytes(term, i), term, termOf).then(
            () => 'written',
            (error: { code: string }) => error.code,
          );
          expect(outcome).toBe(term >= largest ? 'written' : 'FENCED');
          largest = Math.max(largest, term);
          expect((await store.get('k'))?.value[0]).toBe(largest);
        }
      }),
    );
  });

  it('gives way to a successor that writes between its look and its write', async () => {
    const store = new MemoryStateStore(new FakeClock());
    await store.put('k', bytes(1));
    const late = new (class extends MemoryStateStore {
      override async get(key: string): Promise<StateEntry | undefined> {
        const before = await store.get(key);
        if (before?.value[0] === 1) await store.put(key, bytes(9));
        return before;
      }
      override put = store.put.bind(store);
    })(new FakeClock());
    await expect(fencedPut(late, 'k', bytes(2), 2, termOf)).rejects.toMatchObject({ code: 'FENCED' });
    expect((await store.get('k'))?.value).toEqual(bytes(9));
  });

  it('replaces what was written under no term', async () => {
    const store = new MemoryStateStore(new FakeClock());
    await store.put('k', bytes());
    await fencedPut(store, 'k', bytes(3), 3, termOf);
    expect((await store.get('k'))?.version).toBe(2);
  });
});
