import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles for any runtime, kernels and all, below 100 kB gzipped', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    // Knows no built-in module: an import of one fails the build.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@foreshadow/source', 'import'],
    write: false,
    metafile: true,
  });
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(100_000);
  expect(Object.values(metafile.outputs).flatMap((o) => o.imports)).toEqual([]);
});
