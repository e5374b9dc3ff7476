import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadConfig } from '../src/config-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'foreshadow-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

it('reads YAML and lays the environment over it', () => {
  const path = file('good.yaml', 'streams:\n  - name: orders\n    partitions: 4\n');
  const config = loadConfig(path, { FORESHADOW__EDGE__PORT: '9000' });
  expect(config.streams[0]?.partitions).toBe(4);
  expect(config.edge.port).toBe(9000);
});

it('names line and column of broken YAML', () => {
  const path = file('broken.yaml', 'streams:\n  - name: [orders\n');
  expect(() => loadConfig(path, {})).toThrow(/broken\.yaml:3:1: /);
});

it('names key, value and range of a wrong value', () => {
  const path = file('wrong.yaml', 'actuator:\n  port: 70000\n');
  expect(() => loadConfig(path, {})).toThrow(/actuator\.port: .*65535.*got 70000/);
});

it.each([
  ['list.yaml', '- a\n', /top level must be a mapping/],
  ['text.yaml', 'hello\n', /top level must be a mapping/],
])('refuses %s', (name, text, message) => {
  expect(() => loadConfig(file(name, text), {})).toThrow(message);
});

it('takes an empty file as all defaults and says when there is no file', () => {
  expect(loadConfig(file('empty.yaml', ''), {}).streams).toEqual([]);
  expect(() => loadConfig(join(dir, 'nope.yaml'), {})).toThrow(/cannot read .*nope\.yaml/);
});
