/** Version of the layout of an encoded network. */
const FORMAT = 1;
/** "FSNN" in the byte order of the blob. */
const MAGIC = 0x4e4e5346;
const HEADER_BYTES = 40;
const CHECKSUM_BYTES = 4;
const MOST_WEIGHT = 1e4;
const DAY_MS = 86_400_000;

/** Numbers that enter a step of the cell; see the kernel's `lstm-scaling.ts`. */
export const LSTM_INPUTS = 6;

/** A trained LSTM, shared by all series of a stream and resolution. */
export interface Network {
  /** Numbers that enter a step: `LSTM_INPUTS`. */
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

/** Weights of a network. */
export function lstmWeightCount(inputs: number, units: number, horizons: number): number {
  return 4 * units * (inputs + units + 1) + 3 * horizons * (units + 1);
}

/**
 * Sine and cosine of the time of day (UTC) as an angle, which a step of the cell takes.
 * @param timeMs wall-clock at which the step began
 */
export function lstmTimeOfDay(timeMs: number): readonly [sin: number, cos: number] {
  const angle = (2 * Math.PI * (timeMs % DAY_MS)) / DAY_MS;
  return [Math.sin(angle), Math.cos(angle)];
}

/** Why no kernel could load a network; `undefined` if one can. */
export function networkDefect(network: Network): string | undefined {
  const { inputs, units, steps, stepMs, trainedAtMs, loss, weights } = network;
  if (inputs !== LSTM_INPUTS) return `inputs must be ${LSTM_INPUTS}, got ${inputs}`;
  if (!Number.isInteger(units) || units < 4 || units > 128 || units % 4 !== 0) {
    return `units must be a multiple of 4 in 4 … 128, got ${units}`;
  }
  if (steps.length < 1 || steps.length > 64) return `there must be 1 … 64 steps, got ${steps.length}`;
  const isAscending = steps.every((s, i) => Number.isInteger(s) && s > (steps[i - 1] ?? 0) && s <= 1e6);
  if (!isAscending) return `steps must be ascending integers in 1 … 1000000, got ${steps.join(', ')}`;
  if (!(stepMs > 0 && stepMs < Infinity)) return `stepMs must be > 0, got ${stepMs}`;
  if (!Number.isFinite(trainedAtMs)) return `trainedAtMs must be finite, got ${trainedAtMs}`;
  if (!(loss >= 0 && loss < Infinity)) return `loss must be finite and ≥ 0, got ${loss}`;
  const count = lstmWeightCount(inputs, units, steps.length);
  if (weights.length !== count) return `there must be ${count} weights, got ${weights.length}`;
  const worst = weights.findIndex((w) => !(Math.abs(w) <= MOST_WEIGHT));
  return worst < 0 ? undefined : `weight ${worst} must be within ±${MOST_WEIGHT}, got ${weights[worst]}`;
}

/**
 * A network as bytes, little-endian: magic u32, format u16, inputs u16, units u16, horizons u16, 4 bytes of zero, stepMs
 * f64, trainedAtMs f64, loss f64; steps u32 each; weights f32 each; FNV-1a of all that u32.
 * @throws RangeError if no kernel could load it
 */
export function encodeNetwork(network: Network): Uint8Array<ArrayBuffer> {
  const defect = networkDefect(network);
  if (defect !== undefined) throw new RangeError(defect);
  const { steps, weights } = network;
  const bytes = new Uint8Array(blobBytes(network.inputs, network.units, steps.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT, true);
  view.setUint16(6, network.inputs, true);
  view.setUint16(8, network.units, true);
  view.setUint16(10, steps.length, true);
  view.setFloat64(16, network.stepMs, true);
  view.setFloat64(24, network.trainedAtMs, true);
  view.setFloat64(32, network.loss, true);
  steps.forEach((s, i) => view.setUint32(HEADER_BYTES + 4 * i, s, true));
  const at = HEADER_BYTES + 4 * steps.length;
  weights.forEach((w, i) => view.setFloat32(at + 4 * i, w, true));
  view.setUint32(bytes.length - CHECKSUM_BYTES, checksum(bytes), true);
  return bytes;
}

/** The network that some bytes hold; `undefined` if they are damaged or of another format. */
export function decodeNetwork(bytes: Uint8Array): Network | undefined {
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== FORMAT) return undefined;
  const inputs = view.getUint16(6, true);
  const units = view.getUint16(8, true);
  const horizons = view.getUint16(10, true);
  if (bytes.length !== blobBytes(inputs, units, horizons)) return undefined;
  if (view.getUint32(bytes.length - CHECKSUM_BYTES, true) !== checksum(bytes)) return undefined;
  const at = HEADER_BYTES + 4 * horizons;
  const network: Network = {
    inputs,
    units,
    steps: Array.from({ length: horizons }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i, true)),
    stepMs: view.getFloat64(16, true),
    trainedAtMs: view.getFloat64(24, true),
    loss: view.getFloat64(32, true),
    weights: Float32Array.from({ length: lstmWeightCount(inputs, units, horizons) }, (_, i) =>
      view.getFloat32(at + 4 * i, true),
    ),
  };
  return networkDefect(network) === undefined ? network : undefined;
}

function blobBytes(inputs: number, units: number, horizons: number): number {
  return HEADER_BYTES + 4 * (horizons + lstmWeightCount(inputs, units, horizons)) + CHECKSUM_BYTES;
}

/** FNV-1a of 32 bits over all bytes but its own. */
function checksum(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length - CHECKSUM_BYTES; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h >>> 0;
}
