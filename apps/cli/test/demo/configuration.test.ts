import { expect, it } from 'vitest';
import { demoConfig, demoPorts, linkUrls } from '../../src/demo/configuration.ts';
import type { DemoOptions } from '../../src/demo/options.ts';

const OPTIONS: DemoOptions = {
  durationMs: undefined,
  seed: 1,
  partitions: 4,
  meanRecordsPerSec: undefined,
  forecaster: 'bank',
  mode: 'act',
  startDelayMs: 0,
  planIntervalMs: 2000,
  port: 7070,
  edgePort: 7071,
  edges: 3,
  actuators: 2,
  killLeaderAfterMs: undefined,
  dataDir: undefined,
  redisUrl: undefined,
  budgetCores: undefined,
  json: false,
  replay: undefined,
  scenario: undefined,
  probe: true,
};

it('gives each edge and each actuator a port of its own, and edges the links of all actuators', () => {
  const ports = demoPorts(OPTIONS);
  expect(ports).toEqual({ actuators: [7070, 7074], edges: [7071, 7072, 7073] });
  const { edge } = demoConfig(OPTIONS, '/data/demo');
  expect(edge.actuatorUrl).toBe(linkUrls(ports.actuators));
  expect(edge.actuatorUrl).toBe('ws://127.0.0.1:7070/v1/link,ws://127.0.0.1:7074/v1/link');
  expect(demoPorts({ ...OPTIONS, edges: 1, actuators: 1 })).toEqual({ actuators: [7070], edges: [7071] });
});

it('keeps runs apart that share a Redis, and says nothing of one where there is none', () => {
  const redisUrl = 'redis://127.0.0.1:6379';
  expect(demoConfig({ ...OPTIONS, redisUrl }, '/data/my demo').storage.redis).toMatchObject({
    url: redisUrl,
    prefix: 'fs:my-demo',
  });
  expect(demoConfig(OPTIONS, '/data/demo').storage.redis).toBeUndefined();
});

it('has a probe in the scenario in which costs change, unless it is left out', () => {
  const probeOf = (changes: Partial<DemoOptions>) =>
    demoConfig({ ...OPTIONS, ...changes }, '/data/demo').streams[0]?.probe;
  expect(probeOf({ scenario: 'costly-mix' })).toMatchObject({ rate: 0.1, cpuShare: 0.1 });
  expect(probeOf({ scenario: 'costly-mix', probe: false })).toBeUndefined();
  expect(probeOf({})).toBeUndefined();
});
