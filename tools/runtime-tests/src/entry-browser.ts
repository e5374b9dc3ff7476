import { runSuite } from './suite.ts';

const parameters = new URLSearchParams(location.search);
const outcome = await runSuite({
  runtime: 'chromium',
  baseUrl: location.origin,
  linkUrl: parameters.get('link') ?? '',
  stream: parameters.get('stream') ?? '',
  hasSharedWorkers: true,
});
(globalThis as { outcome?: unknown }).outcome = outcome;
