const INPUTS = 6;
const MEMORY = 144;
const ABSURD = 1e30;

/** What the reference needs of a network; weights as in `Network`. */
export interface ReferenceNetwork {
  readonly units: number;
  readonly steps: readonly number[];
  readonly weights: ArrayLike<number>;
}

/** A series on the network's scale; see the kernel's `lstm-scaling.ts`. */
class Scaling {
  count = 0;
  last = 0;
  #level = 0;
  #spread = 0;
  #gap = 0;

  get unit(): number {
    return Math.max(this.#spread, 1e-4 * Math.abs(this.#level), 1e-30);
  }

  /** Take a value in; the inputs of its step. */
  inputs(y: number, sinDay: number, cosDay: number): number[] {
    const isThere = Math.abs(y) <= ABSURD;
    const change = isThere && this.count > 0 ? y - this.last : 0;
    if (isThere) this.#learn(y, change);
    this.#gap = isThere ? 0 : this.#gap + 1;
    return [
      isThere ? Math.asinh((y - this.#level) / this.unit) : 0,
      isThere ? Math.asinh(change / this.unit) : 0,
      sinDay,
      cosDay,
      this.#gap / (this.#gap + 1),
      Math.asinh(this.#level / this.unit) / 4,
    ];
  }

  #learn(y: number, change: number): void {
    if (this.count > 0) {
      const size = Math.abs(change) / Math.sqrt(this.#gap + 1);
      this.#spread += (size - this.#spread) * Math.max(1 / this.count, 1 / MEMORY);
    }
    this.count += 1;
    this.#level += (y - this.#level) * Math.max(1 / this.count, 1 / MEMORY);
    this.last = y;
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** One series under a network, in f64: the LSTM of tfjs with a quantile head. */
export class ReferenceLstm {
  readonly #network: ReferenceNetwork;
  readonly #scaling = new Scaling();
  #hidden: number[];
  #cells: number[];

  constructor(network: ReferenceNetwork) {
    this.#network = network;
    this.#hidden = Array.from({ length: network.units }, () => 0);
    this.#cells = this.#hidden;
  }

  step(y: number, sinDay = 0, cosDay = 0): void {
    const { units } = this.#network;
    const input = [...this.#scaling.inputs(y, sinDay, cosDay), ...this.#hidden];
    const gate = (g: number, u: number): number => this.#affine(0, input, 4 * units, g * units + u);
    this.#cells = this.#cells.map(
      (c, u) => sigmoid(gate(1, u)) * c + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)),
    );
    this.#hidden = this.#cells.map((c, u) => sigmoid(gate(3, u)) * Math.tanh(c));
  }

  /** 5 %, 50 % and 95 % quantiles of each horizon on the network's scale: units from the last value. */
  scaled(): number[][] {
    const { units, steps } = this.#network;
    const head = 4 * units * (INPUTS + units + 1);
    const output = (column: number): number => this.#affine(head, this.#hidden, 3 * steps.length, column);
    return steps.map((_, h) => {
      const median = output(h);
      const lower = median - softplus(output(steps.length + h));
      return [lower, median, median + softplus(output(2 * steps.length + h))];
    });
  }

  /** The same on the scale of the series; NaN before the second value. */
  predict(): number[][] {
    const { count, last, unit } = this.#scaling;
    return this.scaled().map((row) => row.map((q) => (count < 2 ? NaN : last + unit * q)));
  }

  /** Σ x[r]·W[r, column] + bias[column]; the matrix, then its bias, begin at `from`. */
  #affine(from: number, x: readonly number[], columns: number, column: number): number {
    const { weights } = this.#network;
    const bias = weights[from + x.length * columns + column]!;
    return x.reduce((sum, value, row) => sum + value * weights[from + row * columns + column]!, bias);
  }
}
