/** Bit of each dot of a braille character, by row and column (Unicode block 2800). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE = 0x2800;

/** A grid of dots, two across and four down in each character. */
export class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = new Uint8Array(columns * rows);
  }

  get width(): number {
    return 2 * this.columns;
  }

  get height(): number {
    return 4 * this.rows;
  }

  /** Set a dot; (0, 0) is at the top left. Dots outside are left out. */
  dot(x: number, y: number): void {
    if (!(x >= 0 && x < this.width && y >= 0 && y < this.height)) return;
    const at = (y >> 2) * this.columns + (x >> 1);
    this.#cells[at]! |= DOTS[(y & 3) as 0 | 1 | 2 | 3][(x & 1) as 0 | 1];
  }

  /** Dots from one point to another, both included: one in each column or row, whichever are more. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
    for (let i = 0; i <= steps; i++) {
      const share = steps === 0 ? 0 : i / steps;
      this.dot(Math.round(x0 + share * (x1 - x0)), Math.round(y0 + share * (y1 - y0)));
    }
  }

  /** The braille character of a cell; `undefined` where it is empty. */
  character(column: number, row: number): string | undefined {
    const bits = this.#cells[row * this.columns + column] ?? 0;
    return bits === 0 ? undefined : String.fromCharCode(BRAILLE + bits);
  }
}
