import type { Estimate, ForecastPath, LoadForecast, LoadRatios } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { LinkSession } from '../session.ts';
import type { LayoutPlan, LayoutPlanner } from './layout.ts';
import { varintBytes, zigzagBytes } from './numbers.ts';
import type { Quantizer } from './quantizer.ts';

/** One forecast, quantised: the numbers of one partition in the columns of a `StreamForecasts`. */
export interface QuantizedRow {
  readonly stream: number;
  readonly partition: number;
  readonly issuedAtMs: number;
  readonly leadingExpert: string;
  readonly warmingUp: boolean;
  readonly layout: LayoutPlan;
  readonly path: readonly number[];
  readonly spreads: readonly number[];
  readonly ratios: readonly number[];
}

/** Ratios of a row, and numbers for each. */
export const RATIO_NUMBERS = 6;
/** Bytes of partition, expert, offset and flags, at most. */
const ROW_OVERHEAD_BYTES = 3 + 2 + 5 + 1;

/** @throws {ProtocolError} with the reason for which this forecast cannot travel. */
export function quantizeRow(
  forecast: LoadForecast,
  session: LinkSession,
  layouts: LayoutPlanner,
  quantizer: Quantizer,
): QuantizedRow {
  const { stream, index } = session.locate(forecast.partition);
  checkOrder(forecast.path);
  const layout = layouts.planFor(forecast.path.horizonsMs);
  return {
    stream,
    partition: index,
    issuedAtMs: issueTime(forecast),
    leadingExpert: forecast.leadingExpert,
    warmingUp: forecast.warmingUp,
    layout,
    path: differences(forecast.path.mean, quantizer),
    spreads: spreads(forecast.path, layout.knots, quantizer),
    ratios: ratios(forecast.ratios, quantizer),
  };
}

/** Bytes that a row takes in a frame, at most. */
export function rowBytes(row: QuantizedRow): number {
  let bytes = ROW_OVERHEAD_BYTES;
  for (const n of row.path) bytes += zigzagBytes(n);
  for (const n of row.spreads) bytes += varintBytes(n);
  for (const n of row.ratios) bytes += zigzagBytes(n);
  return bytes;
}

function issueTime({ issuedAtMs, partition }: LoadForecast): number {
  if (!(issuedAtMs >= 0 && Number.isFinite(issuedAtMs))) {
    throw new ProtocolError('INVALID_NUMBER', `forecast of ${partition} issued at ${issuedAtMs}`);
  }
  return Math.round(issuedAtMs);
}

function checkOrder({ horizonsMs, mean, lower, upper }: ForecastPath): void {
  const steps = horizonsMs.length;
  if (mean.length !== steps || lower.length !== steps || upper.length !== steps) {
    throw new ProtocolError('COUNT_MISMATCH', `path of ${steps} horizons with ${mean.length} means`);
  }
  for (let i = 0; i < steps; i++) {
    // NaN fails every comparison, so this catches it too.
    if (lower[i]! <= mean[i]! && mean[i]! <= upper[i]!) continue;
    const values = `${lower[i]}, ${mean[i]}, ${upper[i]}`;
    throw new ProtocolError(
      'INVALID_FORECAST',
      `lower, mean, upper do not ascend at ${horizonsMs[i]} ms: ${values}`,
    );
  }
}

function differences(values: readonly number[], quantizer: Quantizer): number[] {
  let previous = 0;
  return values.map((value) => {
    const code = quantizer.code(value);
    const difference = code - previous;
    previous = code;
    return difference;
  });
}

function spreads(path: ForecastPath, knots: readonly number[], quantizer: Quantizer): number[] {
  return knots.flatMap((knot) => {
    const mean = quantizer.code(path.mean[knot]!);
    return [mean - quantizer.code(path.lower[knot]!), quantizer.code(path.upper[knot]!) - mean];
  });
}

function ratios(r: LoadRatios, quantizer: Quantizer): number[] {
  return [r.bytesPerRecord, r.workPerRecord, r.distinctKeysPerRecord].flatMap((e) => ratio(e, quantizer));
}

function ratio(estimate: Estimate | undefined, quantizer: Quantizer): [number, number] {
  if (estimate === undefined) return [0, 0];
  const value = quantizer.code(estimate.value);
  return [value + 1, quantizer.code(estimate.standardError) - value];
}
