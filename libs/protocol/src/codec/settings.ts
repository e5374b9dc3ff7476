import type { MessageInitShape } from '@bufbuild/protobuf';
import { ProtocolError } from '../errors.ts';
import type * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import type { LinkSettings, Settings, Throttle } from '../messages.ts';

/** Longest interval that may be asked for. */
const LONGEST_MS = 86_400_000;
/** A heartbeat more often than this is load without use. */
const SHORTEST_HEARTBEAT_MS = 100;

/** A report more often tells of too little. */
const SHORTEST_SAMPLING_MS = 100;

/** @throws {ProtocolError} `OUT_OF_RANGE`, `INVALID_NUMBER`. */
export function writeSettings(
  settings: LinkSettings,
  commandId: number,
): MessageInitShape<typeof wire.SettingsSchema> {
  const checked = checkSettings(settings);
  return { commandId, ...Object.fromEntries(Object.entries(checked).filter(([, v]) => v !== undefined)) };
}

/** @throws {ProtocolError} `OUT_OF_RANGE`, `INVALID_NUMBER`. */
export function readSettings(settings: wire.Settings): LinkSettings {
  return checkSettings(settings);
}

export function readSettingsCommand(settings: wire.Settings): Settings {
  return { kind: 'settings', commandId: settings.commandId, ...readSettings(settings) };
}

export function writeThrottle(throttle: Throttle): MessageInitShape<typeof wire.ThrottleSchema> {
  return {
    commandId: throttle.commandId,
    minIntervalMs: interval(throttle.minIntervalMs, 0, 'minIntervalMs')!,
    durationMs: interval(throttle.durationMs, 0, 'durationMs')!,
  };
}

export function readThrottle(throttle: wire.Throttle): Throttle {
  return {
    kind: 'throttle',
    commandId: throttle.commandId,
    minIntervalMs: interval(throttle.minIntervalMs, 0, 'min_interval_ms')!,
    durationMs: interval(throttle.durationMs, 0, 'duration_ms')!,
  };
}

function checkSettings(s: LinkSettings): LinkSettings {
  return {
    heartbeatIntervalMs: interval(s.heartbeatIntervalMs, SHORTEST_HEARTBEAT_MS, 'heartbeatIntervalMs'),
    forecastIntervalMs: interval(s.forecastIntervalMs, 0, 'forecastIntervalMs'),
    loadIntervalMs: interval(s.loadIntervalMs, 0, 'loadIntervalMs'),
    modelIntervalMs: interval(s.modelIntervalMs, 0, 'modelIntervalMs'),
    scoreIntervalMs: interval(s.scoreIntervalMs, 0, 'scoreIntervalMs'),
    samplingIntervalMs: interval(s.samplingIntervalMs, SHORTEST_SAMPLING_MS, 'samplingIntervalMs'),
    samplingRate: rate(s.samplingRate),
  };
}

function interval(ms: number | undefined, shortestMs: number, field: string): number | undefined {
  if (ms === undefined) return undefined;
  if (ms >= shortestMs && ms <= LONGEST_MS) return Math.round(ms);
  throw new ProtocolError('OUT_OF_RANGE', `${field}: ${ms}; ${shortestMs}–${LONGEST_MS}`);
}

function rate(value: number | undefined): number | undefined {
  if (value === undefined || (value > 0 && value <= 1)) return value;
  throw new ProtocolError('OUT_OF_RANGE', `samplingRate: ${value}; (0, 1]`);
}
