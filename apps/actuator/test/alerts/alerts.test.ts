import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventView } from '@foreshadow/domain';
import { MemoryStateStore } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { expect, it, vi } from 'vitest';
import { AlertStore } from '../../src/alerts/alert-store.ts';
import type { PostableAlert } from '../../src/alerts/alertmanager.ts';
import { Alerts } from '../../src/alerts/alerts.ts';
import type { AlertFacts } from '../../src/alerts/rules.ts';
import { Journal } from '../../src/journal.ts';
import { silentLogger } from '../../src/logger.ts';
import { configOf, get, MAX_WAIT, start, state, text } from '../small-actuator.ts';

const SECOND = 1000;
const facts = (nowMs: number, silentMs: number): AlertFacts => ({
  nowMs,
  partitions: [],
  edges: [{ nodeId: 'e1', isConnected: false, silentMs }],
  loadScores: [],
  drifts: [],
  pools: [],
});

function leader(store: MemoryStateStore, term: number | undefined, clock: FakeClock) {
  const journal = new Journal();
  const alerts = new Alerts({
    store: new AlertStore(store, term),
    journal,
    notifier: () => undefined,
    clock,
    logger: silentLogger,
  });
  return { alerts, kinds: () => journal.events(10).map((e) => e.kind) };
}

it('a leader goes on with the alerts of the one before: none fires twice, each resolves once', async () => {
  const clock = new FakeClock();
  const store = new MemoryStateStore(clock);
  const first = leader(store, 1, clock);
  await first.alerts.restore();
  const beganMs = clock.nowMs();
  first.alerts.tick(facts(beganMs, 40 * SECOND));
  await vi.waitFor(async () => expect(await new AlertStore(store, 1).load()).toHaveLength(1));
  expect(first.kinds()).toEqual(['alert-firing']);
  expect(first.alerts.firing()).toMatchObject([
    { name: 'ForeshadowEdgeStale', subject: 'e1', startsAtMs: beganMs },
  ]);

  await clock.advance(10 * 60 * SECOND);
  const second = leader(store, 2, clock);
  await second.alerts.restore();
  second.alerts.tick(facts(clock.nowMs(), 0));
  expect(second.alerts.firing(), 'it may not know yet').toMatchObject([{ startsAtMs: beganMs }]);
  await clock.advance(20 * SECOND);
  second.alerts.tick(facts(clock.nowMs(), 40 * SECOND));
  expect(second.kinds()).toEqual([]);
  await clock.advance(70 * SECOND);
  second.alerts.tick(facts(clock.nowMs(), 0));
  expect(second.kinds()).toEqual(['alert-resolved']);
  expect(second.alerts.firing()).toEqual([]);
  await vi.waitFor(async () => {
    expect((await new AlertStore(store, 2).load())[0]?.alert.resolvedAtMs).toBe(clock.nowMs());
  });
  await expect(new AlertStore(store, 1).save([]), 'one that was succeeded').rejects.toThrow('superseded');
});

it('damaged alerts of before are left', async () => {
  const clock = new FakeClock();
  const store = new MemoryStateStore(clock);
  await store.put('actuator/alerts', new TextEncoder().encode('{"version":1,"value":{"alerts":7}}'));
  const { alerts } = leader(store, undefined, clock);
  await alerts.restore();
  expect(alerts.firing()).toEqual([]);
});

it('an actuator tells its webhook, its journal and its metrics', async () => {
  const told: PostableAlert[][] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      told.push(JSON.parse(body) as PostableAlert[]);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const alert = {
      key: '["ForeshadowForecastDrift",["partition","orders/0"]]',
      name: 'ForeshadowForecastDrift',
    };
    const words = {
      severity: 'info',
      labels: { partition: 'orders/0' },
      summary: 's',
      description: 'd',
    } as const;
    const times = { startsAtMs: Date.now() - 60_000, resolvedAtMs: null };
    const watched = { keepFiringMs: 0, sinceMs: 0, lastMs: 0, isFiring: true };
    await new AlertStore(state, undefined).save([{ alert: { ...alert, ...words, ...times }, ...watched }]);
    const config = configOf('advise');
    const webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await start('advise', {}, { ...config, alerts: { ...config.alerts, webhook } });
    await vi.waitFor(async () => {
      const { events } = await get<{ events: EventView[] }>('/v1/events');
      expect(events.map((e) => e.kind)).toContain('alert-resolved');
      const resolved = told.flat().filter((a) => Date.parse(a.endsAt) <= Date.now());
      expect(resolved.map((a) => a.labels['alertname'])).toContain('ForeshadowForecastDrift');
    }, MAX_WAIT);
    expect(await get('/v1/alerts')).toEqual({ alerts: [] });
    expect(await text('/metrics')).toContain(
      'foreshadow_actuator_alert_notifications_total{outcome="delivered"}',
    );
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});
