import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { WebSocket } from 'ws';

export function watch(linkUrl: string): ForeshadowEdge {
  const edge = new ForeshadowEdge({
    nodeId: 'gateway-1',
    streams: [{ name: 'orders', partitions: 8 }],
    forecast: { tickMs: 1000, horizonsMs: [5000, 60_000, 300_000] },
    link: { url: linkUrl, webSocket: (url) => new WebSocket(url) },
  });
  edge.start();
  return edge; // then, for each record that passes: edge.offer('orders', partition, key, sizeBytes)
}
