import {
  geometricScale,
  hashKey,
  instantiate,
  ReferenceSampler,
  type Variant,
} from '@foreshadow/wasm-sampler';
import { instantiateSelection, keepsKey, keyThreshold } from '@foreshadow/wasm-sampler/selection';
import '@foreshadow/wasm-sampler/scalar';
import type { Figure } from '../report.ts';
import { cpuMs, millisInTurns } from '../turns.ts';
import { flat } from './record-path.ts';

const RECORDS = 1 << 20;
const TABLE = 1024;
const RATE = 0.01;
const KEYS = 512;
const KEY_BYTES = 16;

/** The kernels alone, in turns with what plain JavaScript would do. */
export function kernelFigures(): Figure[] {
  return [...bernoulliFigures(), ...keyedFigures()];
}

/** Which of 2²⁰ records are kept: by a table of skips from the kernel, or by a draw a record. */
function bernoulliFigures(): Figure[] {
  const scale = geometricScale(RATE);
  const walk = (fill: () => Int32Array): (() => number) => {
    return () => {
      let kept = 0;
      for (let at = 0; at < RECORDS; ) {
        const table = fill();
        for (let i = 0; i < table.length && at < RECORDS; i++) {
          at += table[i]! + 1;
          kept += 1;
        }
      }
      return kept;
    };
  };
  const kernel = (variant: Variant): (() => Int32Array) => {
    const k = instantiate(variant);
    const state = (k.HEAP_BASE.value + 15) & ~15;
    const table = new Int32Array(k.memory.buffer, state + 128, TABLE);
    k.seedState(state, 7);
    return () => {
      k.fillBernoulli(state, state + 128, TABLE, scale);
      return table;
    };
  };
  const reference = new ReferenceSampler(7);
  const referenceTable = new Int32Array(TABLE);
  const naive = (): number => {
    let kept = 0;
    for (let i = 0; i < RECORDS; i++) if (Math.random() < RATE) kept += 1;
    return kept;
  };
  const [simd, scalar, js, draw] = millisInTurns(
    [
      walk(kernel('simd')),
      walk(kernel('scalar')),
      walk(() => {
        reference.fillBernoulli(referenceTable, scale);
        return referenceTable;
      }),
      naive,
    ],
    cpuMs,
  ).map((ms) => (ms * 1e6) / RECORDS) as [number, number, number, number];
  const name = 'batch, Bernoulli 1 %';
  const unit = 'ns/record';
  return [
    {
      name,
      value: simd,
      unit,
      baseline: { name: 'Math.random() < p', value: draw },
      target: { atMost: 0.12, of: 'value' },
    },
    { name: `${name}, scalar kernel`, value: scalar, unit, baseline: { name: 'SIMD', value: simd } },
    { name: `${name}, the same in JavaScript`, value: js, unit, baseline: { name: 'SIMD', value: simd } },
  ];
}

/** Which of the keys that stand in the kernel's memory are kept, against hashing them in JavaScript. */
function keyedFigures(): Figure[] {
  const names = flat(Array.from({ length: KEYS }, (_, i) => `customer-${i}`.padEnd(KEY_BYTES, '0')));
  const threshold = keyThreshold(0.01);
  const staged = (variant: Variant) => {
    const k = instantiateSelection(variant);
    const ends = (k.HEAP_BASE.value + 15) & ~15;
    const [hashes, kept, keys] = [ends + 4 * KEYS, ends + 12 * KEYS, ends + 16 * KEYS];
    const bytes = new Uint8Array(k.memory.buffer, keys, KEYS * KEY_BYTES);
    const endsView = new Int32Array(k.memory.buffer, ends, KEYS);
    const stage = (): void => {
      let end = 0;
      for (let i = 0; i < KEYS; i++) {
        const key = names[i]!;
        for (let j = 0; j < key.length; j++) bytes[end + j] = key.charCodeAt(j);
        end += key.length;
        endsView[i] = end;
      }
    };
    const select = (): number => k.selectKeyed(keys, ends, KEYS, threshold.high, threshold.low, hashes, kept);
    stage();
    return { stage, select };
  };
  const [fast, slow] = [staged('simd'), staged('scalar')];
  const hash = new Int32Array(2);
  const inJs = (): number => {
    let kept = 0;
    for (let i = 0; i < KEYS; i++) {
      hashKey(names[i]!, hash);
      if (keepsKey(hash[0]!, hash[1]!, threshold)) kept += 1;
    }
    return kept;
  };
  const [simd, scalar, staging, js] = millisInTurns([fast.select, slow.select, fast.stage, inJs], cpuMs).map(
    (ms) => (ms * 1e6) / KEYS,
  ) as [number, number, number, number];
  const name = `keyed, ${KEYS} keys of 16 bytes a call`;
  const unit = 'ns/record';
  return [
    {
      name,
      value: simd,
      unit,
      baseline: { name: 'hashed in JavaScript', value: js },
      target: { atMost: 6, of: 'value' },
    },
    { name: `${name}, scalar kernel`, value: scalar, unit, baseline: { name: 'SIMD', value: simd } },
    {
      name: `${name}, staging the keys`,
      value: staging,
      unit,
      baseline: { name: 'SIMD selection', value: simd },
    },
  ];
}
