import { readFileSync } from 'node:fs';
import type { Clock } from '@foreshadow/domain';
import { type Config, parseConfig } from '@foreshadow/domain/config';
import { machineClock } from '@foreshadow/local';
import { HistoryWriter } from '../history/files.ts';

/** What a process of the run is told by its environment. */
export const VARIABLES = {
  config: 'FAULTS_CONFIG',
  history: 'FAULTS_HISTORY',
  parent: 'FAULTS_PARENT',
  /** Number of an actuator among its replicas. */
  replica: 'FAULTS_REPLICA',
  /** Ports of the actuators, and of the links to them, with commas. */
  actuators: 'FAULTS_ACTUATORS',
  links: 'FAULTS_LINKS',
  /** Address of the Redis that the run is on; without it, the run is on LMDB. */
  redis: 'FAULTS_REDIS',
  /** The same for workers, over a link of their own. */
  redisOfWorkers: 'FAULTS_REDIS_OF_WORKERS',
} as const;

export interface Setting {
  readonly config: Config;
  readonly history: HistoryWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts on SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Set up a process of the run; it ends when the process that leads the run is gone. */
export function openSetting(name: string): Setting {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  followParent(Number(process.env[VARIABLES.parent]));
  return {
    config: parseConfig(JSON.parse(readFileSync(process.env[VARIABLES.config] ?? '', 'utf8'))),
    history: new HistoryWriter(process.env[VARIABLES.history] ?? '', name),
    clock: steppableClock(),
    logger: lineLogger(name),
    signal: stop.signal,
  };
}

const STEP_MS = 3_600_000;

/** A clock of which the wall time steps at SIGUSR2: an hour forward, then two back, and so on. */
function steppableClock(): Clock {
  let offsetMs = 0;
  process.on('SIGUSR2', () => {
    offsetMs += offsetMs > 0 ? -2 * STEP_MS : STEP_MS;
  });
  return { ...machineClock, nowMs: () => machineClock.nowMs() + offsetMs };
}

export function lineLogger(name: string): Logger {
  const log = (level: string) => (fields: object, message: string) => {
    const said = JSON.stringify({ time: new Date().toISOString(), level, name, message, ...fields }, plain);
    process.stderr.write(`${said}\n`);
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

const plain = (_: string, value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;

function followParent(pid: number): void {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(1);
    }
  }, 500).unref();
}
