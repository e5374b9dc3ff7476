import { decode, SIMD_TEXT } from './gen/bytes.ts';

/** Raw exports of the kernel, as asc typed them; pointers are byte offsets into `memory`. */
export type SamplerExports = Awaited<ReturnType<typeof import('../build/sampler.simd.js').instantiate>>;

export type Variant = 'simd' | 'scalar';

const provided = new Map<Variant, string>([['simd', SIMD_TEXT]]);
const compiled = new Map<Variant, WebAssembly.Module>();

/** Make a build known that is not embedded here: `@foreshadow/wasm-sampler/scalar` does, for engines without SIMD. */
export function provide(variant: Variant, text: string): void {
  provided.set(variant, text);
}

function compile(variant: Variant): WebAssembly.Module {
  let module = compiled.get(variant);
  if (module === undefined) {
    const text = provided.get(variant);
    if (text === undefined) {
      throw new Error(`no ${variant} kernel here: import '@foreshadow/wasm-sampler/${variant}' first`);
    }
    module = new WebAssembly.Module(decode(text));
    compiled.set(variant, module);
  }
  return module;
}

let best: Variant | undefined;

/** The best variant that this engine accepts. */
export function bestVariant(): Variant {
  best ??= WebAssembly.validate(decode(SIMD_TEXT)) ? 'simd' : 'scalar';
  return best;
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
