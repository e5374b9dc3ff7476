import { join } from 'node:path';
import { build } from 'esbuild';

const SRC = join(import.meta.dirname, '..', '..', 'src');

/**
 * Bundle the `foreshadow` command from the sources, to run as processes of its own; returns the file. It stands inside
 * the package, so that it finds the packages that it leaves out.
 */
export async function bundleCommand(name: string): Promise<string> {
  // Workers are started as `main.js` beside it.
  const outfile = join(import.meta.dirname, '..', '..', 'build', 'test', name, 'main.js');
  await build({
    entryPoints: [join(SRC, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@foreshadow/source'],
    plugins: [
      {
        name: 'other packages stay outside',
        setup: (bundle) =>
          bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || (path.startsWith('@foreshadow/') && path !== '@foreshadow/trainer')
              ? undefined
              : { path, external: true },
          ),
      },
    ],
    logLevel: 'warning',
  });
  return outfile;
}
