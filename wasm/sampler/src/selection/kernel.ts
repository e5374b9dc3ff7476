import { decode, SELECTION_SIMD_TEXT, SELECTION_TEXT } from '../gen/selection.ts';
import { bestVariant, type Variant } from '../kernel.ts';

/** Raw exports of the kernel, as asc typed them; pointers are byte offsets into `memory`. */
export type SelectionExports = Awaited<
  ReturnType<typeof import('../../build/selection.simd.js').instantiate>
>;

const TEXT: Readonly<Record<Variant, string>> = { simd: SELECTION_SIMD_TEXT, scalar: SELECTION_TEXT };
const compiled = new Map<Variant, WebAssembly.Module>();

/**
 * Instantiate synchronously. Pass `module` where compiling bytes is forbidden (Cloudflare Workers):
 * `import module from '@foreshadow/wasm-sampler/selection.simd.wasm'`.
 */
export function instantiateSelection(
  variant: Variant = bestVariant(),
  module: WebAssembly.Module = compile(variant),
): SelectionExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as SelectionExports;
}

function compile(variant: Variant): WebAssembly.Module {
  const known = compiled.get(variant);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(decode(TEXT[variant]));
  compiled.set(variant, module);
  return module;
}
