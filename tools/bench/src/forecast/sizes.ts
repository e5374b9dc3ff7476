import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Figure } from '../report.ts';

const KERNEL_KB = 150;
const SDK_KB = 100;

/** Sizes of the kernel's two builds, and of the SDK with what it embeds, bundled and minified for a gateway. */
export async function sizeFigures(): Promise<Figure[]> {
  const files = ['forecast.simd.wasm', 'forecast.wasm'].map((file) => ({
    file,
    bytes: readFileSync(fileOf(`@foreshadow/wasm-forecast/${file}`)),
  }));
  return [
    ...files.map(
      ({ file, bytes }): Figure => ({
        name: `kernel ${file}`,
        value: kilobytes(bytes),
        unit: 'kB',
        target: { atMost: KERNEL_KB, of: 'value' },
      }),
    ),
    ...files.map(
      ({ file, bytes }): Figure => ({
        name: `kernel ${file}, gzipped`,
        value: kilobytes(gzipSync(bytes, { level: 9 })),
        unit: 'kB',
      }),
    ),
    {
      name: 'edge SDK, bundled and gzipped',
      value: kilobytes(gzipSync(await bundle('@foreshadow/edge-sdk'), { level: 9 })),
      unit: 'kB',
      target: { atMost: SDK_KB, of: 'value' },
    },
  ];
}

async function bundle(name: string): Promise<Uint8Array> {
  const options = { bundle: true, minify: true, write: false, format: 'esm', logLevel: 'silent' } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [fileOf(name)], platform: 'browser' });
  return outputFiles[0]!.contents;
}

function fileOf(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

/** Of 1000 bytes. */
function kilobytes(bytes: Uint8Array): number {
  return bytes.length / 1000;
}
