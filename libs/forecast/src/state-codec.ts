import { ForecastError } from './errors.ts';

/** Lays numbers and blobs into one little-endian byte string. */
export class StateWriter {
  readonly #parts: Uint8Array[] = [];

  numbers(values: ArrayLike<number>): this {
    const bytes = new Uint8Array(4 + 8 * values.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, values.length, true);
    for (let i = 0; i < values.length; i++) view.setFloat64(4 + 8 * i, values[i] ?? NaN, true);
    this.#parts.push(bytes);
    return this;
  }

  blob(value: Uint8Array): this {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, value.length, true);
    this.#parts.push(length, value);
    return this;
  }

  text(value: string): this {
    return this.blob(new TextEncoder().encode(value));
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

/** Reads what `StateWriter` wrote. Every method throws `ForecastError('INVALID_STATE')` past the end. */
export class StateReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  numbers(): Float64Array {
    const bytes = this.#take(8 * this.#length());
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  }

  blob(): Uint8Array {
    return this.#take(this.#length());
  }

  text(): string {
    return new TextDecoder().decode(this.blob());
  }

  /** Check that nothing is left. */
  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new ForecastError('INVALID_STATE', 'state is longer than expected');
  }

  #length(): number {
    const bytes = this.#take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new ForecastError('INVALID_STATE', 'state is truncated');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
