import { MemoryStateStore } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { decodeNetwork, encodeNetwork } from '@foreshadow/wasm-forecast';
import { beforeEach, describe, expect, it } from 'vitest';
import { NetworkStore } from '../src/network-store.ts';
import { drawnNetwork } from './support.ts';

const network = drawnNetwork(8, [1, 6]);
let state: MemoryStateStore;
let store: NetworkStore;

beforeEach(() => {
  state = new MemoryStateStore(new FakeClock());
  store = new NetworkStore(state, { encode: encodeNetwork, decode: decodeNetwork });
});

describe('the store of networks', () => {
  it('has none under version 0 at first', async () => {
    expect(await store.load('orders', 5000)).toMatchObject({
      version: 0,
      network: undefined,
      bytes: undefined,
    });
    expect(await store.loadAll()).toEqual([]);
  });

  it('gives back what was saved, with versions that grow', async () => {
    expect(await store.save('orders', network, 0)).toMatchObject({
      stream: 'orders',
      stepMs: 5000,
      version: 1,
    });
    const saved = await store.save('orders', { ...network, loss: 0.5 }, 1);
    const loaded = await store.load('orders', 5000);
    expect(loaded).toEqual(saved);
    expect(loaded).toMatchObject({ version: 2, network: { ...network, loss: 0.5 } });
    expect(decodeNetwork(loaded.bytes!)).toEqual(loaded.network);
  });

  it('keeps streams and resolutions apart', async () => {
    await store.save('orders', network, 0);
    await store.save('orders', { ...network, stepMs: 30_000 }, 0);
    await store.save('a/b', network, 0);
    const all = await store.loadAll();
    expect(all.map(({ stream, stepMs, version }) => [stream, stepMs, version])).toEqual([
      ['a/b', 5000, 1],
      ['orders', 30_000, 1],
      ['orders', 5000, 1],
    ]);
  });

  it('refuses to save over a version that was not loaded', async () => {
    await store.save('orders', network, 0);
    await expect(store.save('orders', network, 0)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    await expect(store.save('orders', network, 7)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(await store.load('orders', 5000)).toMatchObject({ version: 1 });
  });

  it('takes damaged bytes for none, and lets them be replaced', async () => {
    const damaged = encodeNetwork(network);
    damaged[60]! ^= 1;
    await state.put('networks/orders/5000', damaged);
    expect(await store.load('orders', 5000)).toMatchObject({
      version: 1,
      network: undefined,
      bytes: undefined,
    });
    expect(await store.loadAll()).toEqual([]);
    expect(await store.save('orders', network, 1)).toMatchObject({ version: 2 });
  });

  it('takes a network under the key of another resolution for none', async () => {
    await state.put('networks/orders/1000', encodeNetwork(network));
    expect(await store.load('orders', 1000)).toMatchObject({ version: 1, network: undefined });
  });

  it('saves no network that a kernel would refuse', async () => {
    const broken = { ...network, weights: network.weights.map(() => NaN) };
    await expect(store.save('orders', broken, 0)).rejects.toThrow(RangeError);
    expect(await store.load('orders', 5000)).toMatchObject({ version: 0 });
  });
});
