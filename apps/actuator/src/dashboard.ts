import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Folder of the built dashboard: `dist` of `@foreshadow/dashboard` where that package is installed and built. The
 * actuator serves it as files and works without it.
 */
export function findDashboard(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@foreshadow/dashboard/package.json');
    const dir = join(dirname(manifest), 'dist');
    return existsSync(join(dir, 'index.html')) ? dir : undefined;
  } catch {
    return undefined;
  }
}
