import type { DescMessage } from '@bufbuild/protobuf';
import { ProtocolError } from '../errors.ts';
import { EnvelopeSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';

/** Nested messages of a message by field number. */
type Shape = ReadonlyMap<number, DescMessage>;

const shapes = new Map<DescMessage, Shape>();

function shapeOf(message: DescMessage): Shape {
  const known = shapes.get(message);
  if (known !== undefined) return known;
  const nested = message.fields.flatMap((f) =>
    f.message === undefined ? [] : [[f.number, f.message] as const],
  );
  const shape = new Map(nested);
  shapes.set(message, shape);
  return shape;
}

/**
 * Walk over an encoded Envelope without building it, so that a message of many tiny parts is refused before
 * objects are made for them. Payloads of packed columns, strings and bytes are skipped, not read.
 * @throws {ProtocolError} `TOO_LARGE`, `TOO_MANY`, `MALFORMED`.
 */
export function scanEnvelope(bytes: Uint8Array): void {
  if (bytes.length > LIMITS.messageBytes) {
    throw new ProtocolError('TOO_LARGE', `message of ${bytes.length} bytes; at most ${LIMITS.messageBytes}`);
  }
  new Scanner(bytes).message(EnvelopeSchema, bytes.length);
}

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;
  #fields = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  message(message: DescMessage, end: number): void {
    const shape = shapeOf(message);
    while (this.#at < end) {
      this.#fields += 1;
      if (this.#fields > LIMITS.fields) {
        throw new ProtocolError('TOO_MANY', `message of more than ${LIMITS.fields} fields`);
      }
      this.#field(shape, end);
    }
    if (this.#at !== end) throw malformed('a field reaches past the end of its message');
  }

  #field(shape: Shape, end: number): void {
    const tag = this.#varint();
    const nested = shape.get(Math.floor(tag / 8));
    switch (tag % 8) {
      case 0:
        this.#varint();
        return;
      case 1:
        this.#at += 8;
        return;
      case 5:
        this.#at += 4;
        return;
      case 2:
        return this.#delimited(nested, end);
      default:
        throw malformed(`wire type ${tag % 8}`);
    }
  }

  #delimited(nested: DescMessage | undefined, end: number): void {
    const length = this.#varint();
    const to = this.#at + length;
    if (to > end) throw malformed('a field reaches past the end of its message');
    if (nested === undefined) this.#at = to;
    else this.message(nested, to);
  }

  /** Its low 53 bits; lengths and tags are far below. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw malformed('it ends within a number');
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw malformed('a number of more than 10 bytes');
  }
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('MALFORMED', `not an envelope: ${what}`);
}
