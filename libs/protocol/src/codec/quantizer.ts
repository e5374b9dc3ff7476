import { ProtocolError } from '../errors.ts';
import { CodeTable } from './code-table.ts';

/** Values below are zero on the wire. */
const SMALLEST = 1e-9;
/** Values above are refused. */
const LARGEST = 1e15;
/** Relative error unless a frame's header says otherwise, millionths. */
export const DEFAULT_RELATIVE_ERROR_PPM = 10_000;
const MIN_RELATIVE_ERROR_PPM = 1000;
const MAX_RELATIVE_ERROR_PPM = 100_000;

/**
 * Logarithmic quantiser of values ≥ 0 with a bounded relative error e: code 0 is zero, code q is
 * `1e-9 · s^(q−1)` with s = (1+e)², the geometric middle of its cell (the mapping of DDSketch; Masson, Rim, Lee,
 * VLDB 2019, section 2.1). Monotone: order survives.
 */
export class Quantizer {
  readonly relativeErrorPpm: number;
  /** Largest code. */
  readonly maxCode: number;
  readonly #step: number;

  /** @throws {ProtocolError} `OUT_OF_RANGE` unless the error is 1000–100000 ppm. */
  constructor(relativeErrorPpm: number) {
    if (!(relativeErrorPpm >= MIN_RELATIVE_ERROR_PPM && relativeErrorPpm <= MAX_RELATIVE_ERROR_PPM)) {
      throw new ProtocolError('OUT_OF_RANGE', `relative error of ${relativeErrorPpm} ppm; 1000–100000`);
    }
    this.relativeErrorPpm = relativeErrorPpm;
    this.#step = (1 + relativeErrorPpm / 1e6) ** 2;
    this.maxCode = 1 + Math.round(Math.log(LARGEST / SMALLEST) / Math.log(this.#step));
  }

  /** @throws {ProtocolError} `OUT_OF_RANGE` for a code that stands for no value. */
  value(code: number): number {
    if (!(code >= 0 && code <= this.maxCode)) {
      throw new ProtocolError('OUT_OF_RANGE', `quantised value ${code}; 0–${this.maxCode}`);
    }
    return this.lookUp(code);
  }

  protected lookUp(code: number): number {
    return code === 0 ? 0 : SMALLEST * this.#step ** (code - 1);
  }
}

/** The quantiser that writes, with everything from tables: the same codes and values in every engine. */
class StandardQuantizer extends Quantizer {
  readonly #table: CodeTable;

  constructor() {
    super(DEFAULT_RELATIVE_ERROR_PPM);
    this.#table = new CodeTable(SMALLEST, 1 + DEFAULT_RELATIVE_ERROR_PPM / 1e6, this.maxCode);
  }

  /** @throws {ProtocolError} `INVALID_NUMBER` for NaN and negative values, `OUT_OF_RANGE` above 1e15. */
  code(value: number): number {
    if (value >= 0 && value <= LARGEST) return this.#table.codeOf(value);
    if (value > LARGEST) throw new ProtocolError('OUT_OF_RANGE', `${value} is above ${LARGEST}`);
    throw new ProtocolError('INVALID_NUMBER', `${value} is not a number ≥ 0`);
  }

  protected override lookUp(code: number): number {
    return this.#table.values[code]!;
  }
}

export type { StandardQuantizer };
export const STANDARD_QUANTIZER: StandardQuantizer = new StandardQuantizer();

/** The quantiser of a frame. Only the standard one has tables: a hostile header must not make any. */
export function quantizerOf(relativeErrorPpm: number): Quantizer {
  return relativeErrorPpm === DEFAULT_RELATIVE_ERROR_PPM
    ? STANDARD_QUANTIZER
    : new Quantizer(relativeErrorPpm);
}
