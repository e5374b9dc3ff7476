import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { honoTap } from '@foreshadow/edge-sdk/middleware';
import { type Context, Hono } from 'hono';

/** A gateway that takes orders, and an edge that forecasts them; call `edge.start()` to have it tick. */
export function gatewayApp(): { app: Hono; edge: ForeshadowEdge } {
  const edge = new ForeshadowEdge({
    nodeId: 'gateway-1',
    streams: [{ name: 'orders', partitions: 4 }],
    forecast: { tickMs: 1000, horizonsMs: [5000, 60_000] },
  });
  const recordOf = (c: Context) => {
    const key = c.req.header('x-customer');
    return {
      partition: (key?.charCodeAt(0) ?? 0) % 4,
      key,
      sizeBytes: Number(c.req.header('content-length') ?? 0),
    };
  };
  const app = new Hono();
  app.post('/orders', honoTap(edge.tap('orders'), recordOf), (c) => c.body(null, 202));
  return { app, edge };
}
