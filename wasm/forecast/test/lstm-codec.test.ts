import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNetwork, encodeNetwork, LSTM_INPUTS, lstmTimeOfDay, type Network } from '../src/index.ts';
import { drawnWeights } from './lstm-series.ts';

const network: Network = {
  inputs: LSTM_INPUTS,
  units: 8,
  steps: [1, 2, 12],
  stepMs: 5000,
  trainedAtMs: 1_760_000_000_000,
  loss: 0.75,
  weights: drawnWeights({ units: 8, steps: [1, 2, 12] }),
};

describe('the time of day', () => {
  it('goes round once a day from midnight, UTC', () => {
    const hour = 3_600_000;
    for (const day of [0, 20_000]) {
      const [sin, cos] = lstmTimeOfDay((24 * day + 6) * hour);
      expect([sin, cos]).toEqual([1, expect.closeTo(0, 9)]);
    }
    expect(lstmTimeOfDay(12 * hour)).toEqual([expect.closeTo(0, 9), -1]);
  });
});

describe('an encoded network', () => {
  it('is decoded as it was, wherever the bytes lie', () => {
    const bytes = encodeNetwork(network);
    expect(decodeNetwork(bytes)).toEqual(network);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeNetwork(shifted.subarray(3))).toEqual(network);
  });

  it('is refused with any bit turned over', () => {
    const bytes = encodeNetwork(network);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * bytes.length - 1 }), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(decodeNetwork(damaged)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where it is cut off, longer, or something else', () => {
    const bytes = encodeNetwork(network);
    for (const length of [0, 3, 4, 20, 43, 44, bytes.length - 1]) {
      expect(decodeNetwork(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeNetwork(Uint8Array.from([...bytes, 0]))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => decodeNetwork(any) === undefined));
  });

  it.each<[string, Partial<Network>]>([
    ['inputs', { inputs: 5 }],
    ['units', { units: 10 }],
    ['steps', { steps: [] }],
    ['steps', { steps: [2, 1, 12] }],
    ['steps', { steps: [0, 1, 12] }],
    ['stepMs', { stepMs: 0 }],
    ['trainedAtMs', { trainedAtMs: NaN }],
    ['loss', { loss: NaN }],
    ['weights', { weights: network.weights.subarray(1) }],
    ['weight 5', { weights: network.weights.with(5, NaN) }],
  ])('is not made where the %s are wrong', (what, change) => {
    expect(() => encodeNetwork({ ...network, ...change })).toThrow(what);
  });
});
