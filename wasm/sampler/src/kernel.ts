import { SCALAR_HEX, SIMD_HEX } from './gen/bytes.ts';

/** Raw exports of the kernel, as asc typed them; pointers are byte offsets into `memory`. */
export type SamplerExports = Awaited<ReturnType<typeof import('../build/sampler.simd.js').instantiate>>;

export type Variant = 'simd' | 'scalar';

function decode(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

const compiled = new Map<Variant, WebAssembly.Module>();

function compile(variant: Variant): WebAssembly.Module {
  let module = compiled.get(variant);
  if (module === undefined) {
    module = new WebAssembly.Module(decode(variant === 'simd' ? SIMD_HEX : SCALAR_HEX));
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
