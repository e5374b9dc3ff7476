import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Fits a series and forecasts `horizon` steps of it. */
export type Rival = (values: Float64Array) => ArrayLike<number>;

/** Models of `@bsull/augurs` (Rust in WebAssembly), made ready from the files of the package. */
export async function augurs(horizon: number, season: number): Promise<{ autoEts: Rival; mstlEts: Rival }> {
  const [ets, mstl] = await Promise.all([import('@bsull/augurs/ets'), import('@bsull/augurs/mstl')]);
  ets.initSync({ module: bytesBeside('@bsull/augurs/ets') });
  mstl.initSync({ module: bytesBeside('@bsull/augurs/mstl') });
  return {
    autoEts: (values) => {
      // Error and trend are chosen; a season it cannot fit.
      const model = new ets.AutoETS(1, 'ZZN');
      model.fit(values);
      const { point } = model.predict(horizon);
      model.free();
      return point;
    },
    mstlEts: (values) => {
      const model = mstl.MSTL.ets([season]);
      model.fit(values);
      const { point } = model.predict(horizon);
      model.free();
      return point;
    },
  };
}

/** The WebAssembly next to the module of an export: it would fetch it, which Node does not do for files. */
function bytesBeside(specifier: string): Uint8Array<ArrayBuffer> {
  const file = fileURLToPath(import.meta.resolve(specifier)).replace(/\.js$/, '_bg.wasm');
  return new Uint8Array(readFileSync(file));
}

export interface ArimaOrder {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P?: number;
  readonly D?: number;
  readonly Q?: number;
  readonly s?: number;
}

/** The package `arima` (ctsa, C in WebAssembly), which fits by exact maximum likelihood unless told otherwise. */
export async function arima(horizon: number, options: ArimaOrder | 'auto'): Promise<Rival> {
  const { default: Arima } = await import('arima');
  const settings = options === 'auto' ? { auto: true } : options;
  return (values) => {
    const model = new Arima({ ...settings, verbose: false }).train(Array.from(values));
    const [point] = model.predict(horizon);
    model.destroy();
    return point;
  };
}
