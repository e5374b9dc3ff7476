import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@foreshadow/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    setupFiles: [fileURLToPath(new URL('./vitest.properties.ts', import.meta.url))],
    pool: 'threads',
    passWithNoTests: false,
    // A hang ends a test, a busy machine does not.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
