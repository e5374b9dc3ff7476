import { readFile } from 'node:fs/promises';
import type { StreamRecord } from '@foreshadow/domain';

/**
 * Does with a record what costs, or says what it costs.
 * @returns work units; nothing: the CPU time that it took counts, µs
 */
export type ProbeFunction = (record: StreamRecord) => number | void;

/** What a WASM probe exports: room for a record's value, then the work of what was written there; NaN or less: as measured. */
interface WasmProbe {
  readonly memory: WebAssembly.Memory;
  reserve(length: number): number;
  probe(at: number, length: number): number;
}

/**
 * The function that a module exports by default, or a WASM module's `memory`, `reserve(length) → address` and
 * `probe(address, length) → f64`.
 * @throws if it is none
 */
export async function loadProbe(module: string): Promise<ProbeFunction> {
  if (module.endsWith('.wasm')) return wasmProbe(await readFile(new URL(module)));
  const { default: probe } = (await import(module)) as { default?: unknown };
  if (typeof probe === 'function') return probe as ProbeFunction;
  throw new Error(`its default export is ${typeof probe}; expected (record) => work units, or nothing`);
}

async function wasmProbe(bytes: Uint8Array<ArrayBuffer>): Promise<ProbeFunction> {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { memory, reserve, probe } = instance.exports as unknown as Partial<WasmProbe>;
  if (
    !(memory instanceof WebAssembly.Memory) ||
    typeof reserve !== 'function' ||
    typeof probe !== 'function'
  ) {
    throw new Error('it must export memory, reserve(length) and probe(address, length)');
  }
  return ({ value }) => {
    const at = reserve(value.length);
    new Uint8Array(memory.buffer, at, value.length).set(value);
    const work = probe(at, value.length);
    return work >= 0 ? work : undefined;
  };
}
