import { systemClock } from '@foreshadow/domain';
import { type ConfigInput, parseConfig } from '@foreshadow/domain/config';
import { MemoryStreamLog } from '@foreshadow/ports';
import { afterEach, describe, expect, it } from 'vitest';
import { startEdge } from '../src/index.ts';

const open: (() => Promise<unknown>)[] = [];
const BODY = Array.from({ length: 2000 }, (_, i) => JSON.stringify({ id: `c${i % 97}` })).join('\n');

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(stream: NonNullable<ConfigInput['streams']>[number]) {
  const config = parseConfig({
    streams: [stream],
    // Port 9 takes no link: the node must run without an actuator.
    edge: { port: 0, actuatorUrl: 'ws://127.0.0.1:9/v1/link' },
    forecast: { tickMs: 200, horizonsMs: [1000], forecaster: 'last-value' },
  });
  const edge = await startEdge(config, { log: new MemoryStreamLog(systemClock) });
  open.push(() => edge.close());
  return edge;
}

type Edge = Awaited<ReturnType<typeof start>>;

/** Post batches until there is a report that fits. */
async function feedUntil(edge: Edge, fits: (report: ReturnType<Edge['sdk']['sampling']>[number]) => boolean) {
  for (;;) {
    const url = `${edge.url}/v1/streams/orders/records?key=id`;
    expect((await fetch(url, { method: 'POST', body: BODY })).status).toBe(200);
    const [report] = edge.sdk.sampling();
    if (report !== undefined && report.kept > 0 && fits(report)) return report;
  }
}

describe('an edge with a budget for its tap', { timeout: 60_000 }, () => {
  const stream = { name: 'orders', partitions: 2, sampler: { rate: 0.5 } };

  it('samples more within a generous one, up to the largest rate', async () => {
    const edge = await start({ ...stream, overhead: { share: 0.95, maxRate: 0.8 } });
    const report = await feedUntil(edge, ({ minRate }) => minRate > 0.5);
    expect(report).toMatchObject({ minRate: 0.8, budget: { share: 0.95, reason: 'WITHIN_BUDGET' } });
    expect(report.overheadShare).toBeGreaterThan(0);
    expect(report.overheadShare).toBeLessThan(0.95);
  });

  it('samples less within one that cannot be kept, down to its floor, and says so', async () => {
    const shadows = [{ name: 'orders.few', sampler: { rate: 0.001 } }];
    const edge = await start({ ...stream, shadows, overhead: { share: 1e-6, floorSamples: 20 } });
    let most = 0;
    edge.sdk.onTick(({ samples }) => {
      for (const { recordsPerSec, windowMs } of samples) {
        most = Math.max(most, ((recordsPerSec?.value ?? 0) * windowMs) / 1000);
      }
    });
    const report = await feedUntil(edge, ({ minRate }) => minRate < 0.5);
    expect(report.budget?.reason).toBe('FLOOR_EXCEEDS_BUDGET');
    expect(report.minRate).toBeGreaterThanOrEqual(Math.min(1, 20 / most));
    const stats = (await (await fetch(`${edge.url}/v1/stats`)).json()) as { sampling: unknown[] };
    expect(stats.sampling).toHaveLength(1);
    const response = await fetch(`${edge.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const metrics = await response.text();
    for (const line of [
      /^foreshadow_edge_ingest_records_total\{stream="orders"\} \d+000$/m,
      /^foreshadow_edge_samples_kept_total\{stream="orders",shadow=""\} \d+$/m,
      /^foreshadow_edge_samples_dropped_total\{stream="orders",shadow="orders.few"\} 0$/m,
      /^foreshadow_edge_sampling_rate_ratio\{stream="orders",shadow="",bound="min"\} 0\.\d+$/m,
      /^foreshadow_edge_sampling_rate_ratio\{stream="orders",shadow="orders.few",bound="max"\} 0\.001$/m,
      /^foreshadow_edge_tap_record_seconds\{stream="orders"\} \d\.?\d*e-[5678]$/m,
      /^foreshadow_edge_tap_overhead_ratio\{stream="orders"\} 0\.\d+$/m,
      /^foreshadow_edge_tap_budget_ratio\{stream="orders"\} 0\.000001$/m,
      /^foreshadow_edge_sampling_reason_info\{stream="orders",reason="FLOOR_EXCEEDS_BUDGET"\} 1$/m,
      /^foreshadow_edge_estimate_error_ratio\{stream="orders",quantity="records"\} 0$/m,
      /^foreshadow_edge_record_size_bytes\{stream="orders",quantile="0.5",bound="lower"\} 1\d\.\d+$/m,
      /^foreshadow_edge_shadow_appended_total\{shadow="orders.few"\} \d+$/m,
    ]) {
      expect(metrics).toMatch(line);
    }
  });
});
