/** What travels between a replica that holds an edge's socket and the leader, which holds its session. */
export interface RelayFrame {
  readonly kind: 'open' | 'message' | 'close';
  /** The replica that holds the socket. */
  readonly replica: string;
  /** The socket's number there. */
  readonly number: number;
  /** A message of the link; of `close`: code u16, then the reason in UTF-8. */
  readonly payload: Uint8Array;
}

const KINDS = ['open', 'message', 'close'] as const;
/** kind u8 | number u32 | length of the replica's name u16 | name | payload */
const HEAD_BYTES = 7;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeFrame({ kind, replica, number, payload }: RelayFrame): Uint8Array {
  const name = encoder.encode(replica);
  const bytes = new Uint8Array(HEAD_BYTES + name.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, KINDS.indexOf(kind));
  view.setUint32(1, number);
  view.setUint16(5, name.length);
  bytes.set(name, HEAD_BYTES);
  bytes.set(payload, HEAD_BYTES + name.length);
  return bytes;
}

/** `undefined` for what is no frame: the channel is open to whoever can reach the storage. */
export function decodeFrame(bytes: Uint8Array): RelayFrame | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint8(0)];
  const end = HEAD_BYTES + view.getUint16(5);
  if (kind === undefined || end > bytes.length) return undefined;
  const replica = decoder.decode(bytes.subarray(HEAD_BYTES, end));
  return { kind, replica, number: view.getUint32(1), payload: bytes.slice(end) };
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

export function encodeClosing({ code, reason }: Closing): Uint8Array {
  const text = encoder.encode(reason);
  const bytes = new Uint8Array(2 + text.length);
  new DataView(bytes.buffer).setUint16(0, code);
  bytes.set(text, 2);
  return bytes;
}

export function decodeClosing(payload: Uint8Array): Closing {
  if (payload.length < 2) return { code: 1006, reason: '' };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { code: view.getUint16(0), reason: decoder.decode(payload.subarray(2)) };
}

/** Channel to a replica while it leads. */
export const toLeader = (candidate: string): string => `up ${candidate}`;
/** Channel to a replica while it stands by. */
export const toStandby = (candidate: string): string => `down ${candidate}`;
