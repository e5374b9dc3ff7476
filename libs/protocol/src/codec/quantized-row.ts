import type { Estimate, ForecastPath, LoadForecast, LoadRatios } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { LinkSession } from '../session.ts';
import type { LayoutPlan, LayoutPlanner } from './layout.ts';
import { varintBytes, zigzagBytes } from './numbers.ts';
import { STANDARD_QUANTIZER as quantizer } from './quantizer.ts';
import { writeRatio } from './ratios.ts';

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

/** Bytes of partition, expert, offset and flags, at most. */
const ROW_OVERHEAD_BYTES = 3 + 2 + 5 + 1;

/** @throws {ProtocolError} with the reason for which this forecast cannot travel. */
export function quantizeRow(
  forecast: LoadForecast,
  session: LinkSession,
  layouts: LayoutPlanner,
): QuantizedRow {
  const { stream, index } = session.locate(forecast.partition);
  const { path } = forecast;
  checkOrder(path);
  const layout = layouts.planFor(path.horizonsMs);
  const codes = path.mean.map((value) => quantizer.code(value));
  return {
    stream,
    partition: index,
    issuedAtMs: issueTime(forecast),
    leadingExpert: forecast.leadingExpert,
    warmingUp: forecast.warmingUp,
    layout,
    spreads: spreads(path, codes, layout.knots),
    path: differences(codes),
    ratios: ratios(forecast.ratios),
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

function differences(codes: readonly number[]): number[] {
  return codes.map((code, i) => (i === 0 ? code : code - codes[i - 1]!));
}

function spreads(path: ForecastPath, codes: readonly number[], knots: readonly number[]): number[] {
  const numbers: number[] = [];
  for (const knot of knots) {
    const mean = codes[knot]!;
    numbers.push(mean - quantizer.code(path.lower[knot]!), quantizer.code(path.upper[knot]!) - mean);
  }
  return numbers;
}

function ratios(r: LoadRatios): number[] {
  const numbers: number[] = [];
  const estimates: readonly (Estimate | undefined)[] = [
    r.bytesPerRecord,
    r.workPerRecord,
    r.distinctKeysPerRecord,
  ];
  for (const estimate of estimates) writeRatio(estimate, numbers);
  return numbers;
}
