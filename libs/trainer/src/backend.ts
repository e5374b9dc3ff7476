import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

export type Backend = 'wasm' | 'cpu';

/**
 * Make tfjs compute in WebAssembly, from the files of its own package; in JavaScript where that fails. Both give the same
 * within rounding, JavaScript is several times slower.
 */
export async function useBackend(preferred: Backend = 'wasm'): Promise<Backend> {
  // Without it tfjs advises on the console to install native bindings.
  enableProdMode();
  if (preferred === 'wasm') {
    const files = createRequire(import.meta.url).resolve(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    );
    setWasmPaths(dirname(files) + sep);
    if (await setBackend('wasm').catch(() => false)) return 'wasm';
  }
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
  return 'cpu';
}
