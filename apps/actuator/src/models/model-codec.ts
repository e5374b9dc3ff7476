import { ActuatorError } from '../errors.ts';
import type { KeptModel } from '../load/own-forecasts.ts';

const FORMAT = 1;
const HEAD_BYTES = 3;

/** One byte of format, two of the header's length, the header as JSON, the state. */
export function encodeModel({ state, ...header }: KeptModel): Uint8Array {
  const { atMs, clockOffsetMs, nodeId, epoch } = header;
  const text = new TextEncoder().encode(JSON.stringify({ atMs, clockOffsetMs, nodeId, epoch }));
  const bytes = new Uint8Array(HEAD_BYTES + text.length + state.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORMAT);
  view.setUint16(1, text.length);
  bytes.set(text, HEAD_BYTES);
  bytes.set(state, HEAD_BYTES + text.length);
  return bytes;
}

/** @throws {ActuatorError} `INVALID_STATE` if it is damaged or of another format. */
export function decodeModel(bytes: Uint8Array): KeptModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint8(0) !== FORMAT) throw damaged('its format is not known');
  const end = HEAD_BYTES + view.getUint16(1);
  if (end > bytes.length) throw damaged('it is truncated');
  return { ...headerOf(bytes.subarray(HEAD_BYTES, end)), state: bytes.slice(end) };
}

function headerOf(bytes: Uint8Array): Omit<KeptModel, 'state'> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged('its header is no JSON', cause);
  }
  const { atMs, clockOffsetMs, nodeId, epoch } = (header ?? {}) as Partial<KeptModel>;
  if (typeof nodeId !== 'string' || !isNumber(atMs) || !isNumber(clockOffsetMs) || !isNumber(epoch)) {
    throw damaged('its header lacks parts');
  }
  return { atMs, clockOffsetMs, nodeId, epoch };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function damaged(what: string, cause?: unknown): ActuatorError {
  return new ActuatorError('INVALID_STATE', `a saved model cannot be used: ${what}`, { cause });
}
