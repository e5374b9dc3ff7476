import { WebSocket } from 'ws';
import { OUTCOME_MARK } from './contract.ts';
import { runSuite } from './suite.ts';

const [baseUrl = '', linkUrl = '', stream = ''] = process.argv.slice(2);
const outcome = await runSuite({
  runtime: 'node',
  baseUrl,
  linkUrl,
  stream,
  // Threads of Node are tested in libs/shadow-thread.
  hasSharedWorkers: false,
  webSocket: (url) => new WebSocket(url),
});
process.stdout.write(`${OUTCOME_MARK}${JSON.stringify(outcome)}\n`);
