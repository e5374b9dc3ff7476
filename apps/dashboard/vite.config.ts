import { defaultClientConditions, defineConfig } from 'vite';

/** Where `npm run dev` finds a running actuator. */
const ACTUATOR_URL = 'http://127.0.0.1:7070';

export default defineConfig({
  // Relative, so that the page works below any path of a reverse proxy.
  base: './',
  worker: { format: 'es' },
  resolve: {
    // The same parser on the browser's own bytes.
    alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' },
    conditions: ['@foreshadow/source', ...defaultClientConditions],
  },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    // Nothing inline: the page is served under `default-src 'self'`, which forbids data: URLs as well.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': ACTUATOR_URL } },
});
