import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface Bundles {
  readonly node: string;
  readonly deno: string;
  readonly browser: string;
  /** Reader of a ring, for a Web Worker. */
  readonly ringWorker: string;
}

/** Bundle the suite for each runtime from the built packages, as an embedder would. */
export async function bundleSuites(outDir: string): Promise<Bundles> {
  const bundle = async (entry: string, platform: 'node' | 'neutral' | 'browser'): Promise<string> => {
    const outfile = join(outDir, `${entry}.mjs`);
    await build({
      entryPoints: [join(HERE, `${entry}.js`)],
      outfile,
      platform,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      mainFields: ['module', 'main'],
      logLevel: 'error',
      ...(platform === 'node' ? { external: ['ws'] } : {}),
    });
    return outfile;
  };
  return {
    node: join(HERE, 'entry-node.js'),
    deno: await bundle('entry-deno', 'neutral'),
    browser: await bundle('entry-browser', 'browser'),
    ringWorker: await bundle('ring-worker', 'browser'),
  };
}
