import type { PartitionKey } from '@foreshadow/domain';
import { MemoryStateStore } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeptModel } from '../../src/load/own-forecasts.ts';
import { silentLogger } from '../../src/logger.ts';
import { decodeModel, encodeModel } from '../../src/models/model-codec.ts';
import { ModelStore } from '../../src/models/model-store.ts';

const P: PartitionKey = 'orders/0';
const Q: PartitionKey = 'orders/1';
const model = (atMs: number, bytes = 10): KeptModel => ({
  atMs,
  clockOffsetMs: 7,
  nodeId: 'edge-β',
  epoch: 5,
  state: new Uint8Array(bytes).fill(atMs % 256),
});

let clock: FakeClock;
let state: MemoryStateStore;
const warn = vi.fn();
const make = (changes = {}) =>
  new ModelStore({ store: state, clock, logger: { ...silentLogger, warn }, ...changes });

beforeEach(() => {
  clock = new FakeClock();
  state = new MemoryStateStore(clock);
  warn.mockReset();
});

describe('a saved model', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.string(), fc.integer(), (bytes, nodeId, atMs) => {
        const saved = { atMs, clockOffsetMs: -0.5, nodeId, epoch: 3, state: bytes };
        expect(decodeModel(encodeModel(saved))).toEqual(saved);
      }),
    );
  });

  it('that is damaged is refused, whatever the damage', () => {
    const good = encodeModel(model(1));
    for (let cut = 0; cut < 40; cut++) {
      expect(() => decodeModel(good.subarray(0, cut))).toThrow(
        expect.objectContaining({ code: 'INVALID_STATE' }),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeModel(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_STATE' });
        }
      }),
    );
  });
});

describe('the store of models', () => {
  it('gives back after a restart what was written', async () => {
    const store = make();
    store.put(P, model(1));
    store.put(Q, model(2));
    store.put(P, model(3));
    await store.writeDue();
    const restored = await make().restore([P, Q, 'orders/2']);
    expect([...restored]).toEqual([
      [P, model(3)],
      [Q, model(2)],
    ]);
  });

  it('writes a partition once an interval, the newest of its models', async () => {
    const put = vi.spyOn(state, 'put');
    const store = make({ intervalMs: 60_000 });
    for (let second = 0; second < 121; second++) {
      store.put(P, model(second));
      await store.writeDue();
      await clock.advance(1000);
    }
    expect(put).toHaveBeenCalledTimes(3);
    expect((await make().restore([P])).get(P)?.atMs).toBe(120);
  });

  it('writes a bounded number of bytes at a time, those that wait longest first', async () => {
    const put = vi.spyOn(state, 'put');
    const store = make();
    for (let i = 0; i < 30; i++) store.put(`orders/${i}`, model(i, 200_000));
    await store.writeDue();
    expect(put.mock.calls.map(([key]) => key)).toEqual(
      Array.from({ length: 6 }, (_, i) => `actuator/models/orders/${i}`),
    );
    for (let i = 0; i < 4; i++) await store.writeDue();
    expect(put).toHaveBeenCalledTimes(30);
  });

  it('keeps within its budget, and counts what finds no room', async () => {
    const store = make({ budgetBytes: 1000, intervalMs: 0 });
    for (let i = 0; i < 10; i++) store.put(`orders/${i}`, model(i, 200));
    await store.writeDue();
    expect(store.bytes).toBeLessThanOrEqual(1000);
    expect(store.skipped).toBe(7);
    await store.drop('orders/0');
    store.put('orders/9', model(9, 200));
    await store.writeDue();
    expect((await make().restore(['orders/0', 'orders/9'])).size).toBe(1);
  });

  it('drops what is damaged, and says so', async () => {
    await state.put('actuator/models/orders/0', Uint8Array.of(9, 9, 9));
    expect((await make().restore([P])).size).toBe(0);
    expect(await state.get('actuator/models/orders/0')).toBeUndefined();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('writes what still waits when it ends', async () => {
    const store = make();
    const abort = new AbortController();
    const running = store.run(abort.signal);
    store.put(P, model(1));
    await clock.advance(1000);
    store.put(P, model(2));
    abort.abort();
    await clock.advance(1);
    await running;
    expect((await make().restore([P])).get(P)?.atMs).toBe(2);
  });

  it('goes on while the store does not answer, and says it once', async () => {
    const store = make({ intervalMs: 0 });
    const put = vi.spyOn(state, 'put').mockRejectedValue(new Error('no disk'));
    for (let i = 0; i < 5; i++) {
      store.put(P, model(i));
      await store.writeDue();
    }
    expect(warn).toHaveBeenCalledTimes(1);
    put.mockRestore();
    store.put(P, model(9));
    await store.writeDue();
    expect((await make().restore([P])).get(P)?.atMs).toBe(9);
  });
});
