import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { WebSocket } from 'ws';

/** An edge that goes on until it is killed. */
const [linkUrl = '', stream = ''] = process.argv.slice(2);
const edge = new ForeshadowEdge({
  nodeId: 'edge-to-be-killed',
  streams: [{ name: stream, partitions: 2 }],
  forecast: { tickMs: 1000, horizonsMs: [5000, 60_000, 300_000], forecaster: 'bank' },
  link: { url: linkUrl, webSocket: (url) => new WebSocket(url), modelReportIntervalMs: 2000 },
});
edge.start();
// Not even for ever: it ends with the process that started it.
process.once('disconnect', () => process.exit(0));
setInterval(() => {
  for (let i = 0; i < 20; i++) edge.offer(stream, i % 2, `k${i}`, 200);
}, 100);
