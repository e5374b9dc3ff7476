import { expect, it } from 'vitest';
import { parseConfig } from '../src/config/index.ts';

it('takes a receiver of alerts, and refuses what is none with key, value and range', () => {
  expect(parseConfig({}).alerts).toEqual({ resendMs: 60_000, timeoutMs: 10_000, labels: {} });
  const webhook = 'http://alertmanager:9093';
  expect(parseConfig({ alerts: { webhook, labels: { cluster: 'c' } } }).alerts.webhook).toBe(webhook);
  for (const url of ['alertmanager:9093', 'ftp://host/', '/api/v2/alerts', '', 7]) {
    expect(() => parseConfig({ alerts: { webhook: url } })).toThrow(/^alerts\.webhook: .*; got /);
  }
  expect(() => parseConfig({ alerts: { webhook: 'ftp://me:secret@host' } })).toThrow(
    'alerts.webhook: http://host… or https://host…; got "***@host"',
  );
  expect(() => parseConfig({ alerts: { resendMs: 10 } })).toThrow(/^alerts\.resendMs: .*1000.*; got 10$/);
  expect(() => parseConfig({ alerts: { labels: { 'a-b': 'x' } } })).toThrow(/^alerts\.labels\.a-b: /);
});
