import { SIMD_HEX } from './gen/bytes.ts';

/** Raw exports of the kernel, as asc typed them; pointers are byte offsets into `memory`. */
export type SamplerExports = Awaited<ReturnType<typeof import('../build/sampler.simd.js').instantiate>>;

export type Variant = 'simd' | 'scalar';

function decode(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

const provided = new Map<Variant, string>([['simd', SIMD_HEX]]);
const compiled = new Map<Variant, WebAssembly.Module>();

/** Make a build known that is not embedded here: `@foreshadow/wasm-sampler/scalar` does, for engines without SIMD. */
export function provide(variant: Variant, hex: string): void {
  provided.set(variant, hex);
}

function compile(variant: Variant): WebAssembly.Module {
  let module = compiled.get(variant);
  if (module === undefined) {
    const hex = provided.get(variant);
    if (hex === undefined) {
      throw new Error(`no ${variant} kernel here: import '@foreshadow/wasm-sampler/${variant}' first`);
    }
    module = new WebAssembly.Module(decode(hex));
    compiled.set(variant, module);
  }
  return module;
}

/** The best variant that this engine accepts. */
export function bestVariant(): Variant {
  return WebAssembly.validate(decode(SIMD_HEX)) ? 'simd' : 'scalar';
}

/**
 * Instantiate synchronously. Pass `module` where compiling bytes is forbidden (Cloudflare Workers):
 * `import module from '@foreshadow/wasm-sampler/sampler.simd.wasm'`.
 */
export function instantiate(
  variant: Variant = bestVariant(),
  module: WebAssembly.Module = compile(variant),
): SamplerExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as SamplerExports;
}
