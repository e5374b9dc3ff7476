import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { AnnouncedEvent } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { EventsUpdate, NetworkUpdate, PriorUpdate } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { fromTimeMs, nonNegative, toTimeMs, uint32 } from './numbers.ts';

export function writeNetwork(
  { commandId, stream, version, bytes }: NetworkUpdate,
  session: LinkSession,
): MessageInitShape<typeof wire.NetworkUpdateSchema> {
  return {
    commandId,
    stream: session.streamNumber(stream),
    version: uint32(version, 'version'),
    bytes: bounded(bytes, LIMITS.networkBytes, 'network'),
  };
}

/** @throws {ProtocolError} */
export function readNetwork(update: wire.NetworkUpdate, session: LinkSession): NetworkUpdate {
  const { commandId, version } = update;
  const bytes = bounded(update.bytes, LIMITS.networkBytes, 'network');
  return { kind: 'network-update', commandId, stream: session.streamName(update.stream), version, bytes };
}

export function writePrior(
  { commandId, stream, bytes }: PriorUpdate,
  session: LinkSession,
): MessageInitShape<typeof wire.PriorUpdateSchema> {
  return {
    commandId,
    stream: session.streamNumber(stream),
    bytes: bounded(bytes, LIMITS.priorBytes, 'prior'),
  };
}

/** @throws {ProtocolError} */
export function readPrior(update: wire.PriorUpdate, session: LinkSession): PriorUpdate {
  const bytes = bounded(update.bytes, LIMITS.priorBytes, 'prior');
  return {
    kind: 'prior-update',
    commandId: update.commandId,
    stream: session.streamName(update.stream),
    bytes,
  };
}

export function writeEvents(
  { commandId, stream, events }: EventsUpdate,
  session: LinkSession,
): MessageInitShape<typeof wire.EventsUpdateSchema> {
  checkCount(events.length);
  return { commandId, stream: session.streamNumber(stream), events: events.map(writeEvent) };
}

/** @throws {ProtocolError} */
export function readEvents(update: wire.EventsUpdate, session: LinkSession): EventsUpdate {
  checkCount(update.events.length);
  return {
    kind: 'events-update',
    commandId: update.commandId,
    stream: session.streamName(update.stream),
    events: update.events.map(readEvent),
  };
}

function writeEvent(event: AnnouncedEvent): wire.AnnouncedEvent {
  const { id, kind, fromMs, toMs, magnitude } = checked(event);
  return create(wire.AnnouncedEventSchema, {
    id,
    kind,
    fromMs: fromTimeMs(fromMs, 'fromMs'),
    toMs: fromTimeMs(toMs, 'toMs'),
    magnitude,
  });
}

function readEvent({ id, kind, fromMs, toMs, magnitude }: wire.AnnouncedEvent): AnnouncedEvent {
  return checked({
    id,
    kind,
    fromMs: toTimeMs(fromMs, 'from_ms'),
    toMs: toTimeMs(toMs, 'to_ms'),
    magnitude,
  });
}

function checked(event: AnnouncedEvent): AnnouncedEvent {
  for (const field of ['id', 'kind'] as const) {
    const { length } = event[field];
    if (length === 0 || length > LIMITS.nameLength) {
      throw new ProtocolError('INVALID_NAME', `${field} of an event, of ${length} characters`);
    }
  }
  nonNegative(event.magnitude, 'magnitude');
  if (event.toMs >= event.fromMs) return event;
  throw new ProtocolError('OUT_OF_RANGE', `an event from ${event.fromMs} to ${event.toMs}`);
}

function checkCount(count: number): void {
  if (count <= LIMITS.events) return;
  throw new ProtocolError('TOO_MANY', `${count} events; at most ${LIMITS.events} a stream`);
}

function bounded(bytes: Uint8Array, most: number, what: string): Uint8Array {
  if (bytes.length <= most) return bytes;
  throw new ProtocolError('TOO_LARGE', `${what} of ${bytes.length} bytes; at most ${most}`);
}
