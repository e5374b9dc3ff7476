/** Numbers that enter a step of the cell; see `features.ts`. */
export const INPUTS = 6;
/** Place of the sine of the time of day among the inputs; its cosine comes next. */
export const TIME_OF_DAY = 2;
/** Beyond this a weight is a sign of divergence, and the kernel refuses it. */
export const MOST_WEIGHT = 1e4;

/**
 * A trained LSTM, shared by all series of a stream and resolution. This is the `Network` of `@foreshadow/wasm-forecast`,
 * member for member: an adapter imports no kernel.
 */
export interface Network {
  /** Numbers that enter a step: 6. */
  readonly inputs: number;
  /** Hidden units, a multiple of 4. */
  readonly units: number;
  /** Horizons of the head in steps, ascending. */
  readonly steps: readonly number[];
  /** Length of a step of the series that it was trained on. */
  readonly stepMs: number;
  /** Wall-clock when it was trained. */
  readonly trainedAtMs: number;
  /** Mean pinball loss on what was held out, in mean changes of a series. */
  readonly loss: number;
  /**
   * As tfjs has them: kernel [inputs, 4·units], recurrent kernel [units, 4·units], bias [4·units] with gates i, f, c, o;
   * head's kernel [units, 3·horizons] and bias [3·horizons]: medians, then lower gaps, then upper gaps.
   */
  readonly weights: Float32Array;
}

/** Whether a network's weights of the time of day are not all 0. */
export function hearsTimeOfDay({ units, weights }: Network): boolean {
  return weights.subarray(TIME_OF_DAY * 4 * units, (TIME_OF_DAY + 2) * 4 * units).some((w) => w !== 0);
}

/** `encodeNetwork` and `decodeNetwork` of `@foreshadow/wasm-forecast`. */
export interface NetworkCodec {
  encode(network: Network): Uint8Array;
  /** `undefined` for bytes that hold no sound network. */
  decode(bytes: Uint8Array): Network | undefined;
}
