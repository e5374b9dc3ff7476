/** Bits of the mantissa by which the first table is indexed: cells of at most 0.2 %, far below the step of 2 %. */
const MANTISSA_BITS = 9;
const SHIFT = 20 - MANTISSA_BITS;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** Which of the two words holds sign and exponent. */
const HIGH = words[0] === 0 ? 1 : 0;

/** Sign, exponent and leading bits of the mantissa as an integer that grows with the value. */
function cellOf(value: number): number {
  double[0] = value;
  return words[HIGH]! >>> SHIFT;
}

/**
 * Logarithmic codes without a logarithm: the leading bits of a double give a code that is right or one too small, one
 * comparison settles it. Built from products and square roots alone, so that engines agree on every bit.
 */
export class CodeTable {
  /** Value of each code; 0 for code 0. */
  readonly values: Float64Array;
  /** Largest value that each code stands for. */
  readonly #bounds: Float64Array;
  readonly #firstCell: number;
  readonly #codes: Uint16Array;

  /** @param halfStep ratio of a value to the edge of its cell */
  constructor(smallest: number, halfStep: number, maxCode: number) {
    this.values = new Float64Array(maxCode + 1);
    this.#bounds = new Float64Array(maxCode + 1);
    let value = smallest;
    for (let code = 1; code <= maxCode; code++) {
      this.values[code] = value;
      this.#bounds[code] = value * halfStep;
      value *= halfStep * halfStep;
    }
    this.#bounds[0] = smallest / halfStep;
    this.#bounds[maxCode] = Number.POSITIVE_INFINITY;
    this.#firstCell = cellOf(this.#bounds[0]);
    this.#codes = this.#fillCells(cellOf(value));
  }

  /** @param value 0 or more, not NaN */
  codeOf(value: number): number {
    if (value <= this.#bounds[0]!) return 0;
    let code = this.#codes[cellOf(value) - this.#firstCell] ?? this.values.length - 1;
    while (value > this.#bounds[code]!) code += 1;
    return code;
  }

  /** The code of the smallest value in each cell. */
  #fillCells(lastCell: number): Uint16Array {
    const codes = new Uint16Array(lastCell - this.#firstCell + 1);
    let code = 0;
    for (let cell = 0; cell < codes.length; cell++) {
      words[1 - HIGH] = 0;
      words[HIGH] = (this.#firstCell + cell) << SHIFT;
      while (double[0]! > this.#bounds[code]!) code += 1;
      codes[cell] = code;
    }
    return codes;
  }
}
