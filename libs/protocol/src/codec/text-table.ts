import { ProtocolError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Texts of one message, each once; the rest of the message refers to them by number. */
export class TextTable {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Number of a text, cut to the length that texts may have. @throws {ProtocolError} `TOO_MANY`. */
  numberOf(text: string): number {
    const short = text.slice(0, LIMITS.nameLength);
    const known = this.#numbers.get(short);
    if (known !== undefined) return known;
    if (this.texts.length >= LIMITS.texts) throw tooMany(this.texts.length + 1);
    this.#numbers.set(short, this.texts.length);
    return this.texts.push(short) - 1;
  }
}

/** @throws {ProtocolError} `TOO_MANY`, `INVALID_NAME`. */
export function checkTexts(texts: readonly string[]): void {
  if (texts.length > LIMITS.texts) throw tooMany(texts.length);
  const long = texts.find((text) => text.length > LIMITS.nameLength);
  if (long !== undefined) throw new ProtocolError('INVALID_NAME', `text of ${long.length} characters`);
}

/** @throws {ProtocolError} `OUT_OF_RANGE` for a number that no text has. */
export function textOf(texts: readonly string[], number: number): string {
  const text = texts[number];
  if (text !== undefined) return text;
  throw new ProtocolError('OUT_OF_RANGE', `no text ${number}`);
}

function tooMany(count: number): ProtocolError {
  return new ProtocolError('TOO_MANY', `${count} texts; at most ${LIMITS.texts}`);
}
