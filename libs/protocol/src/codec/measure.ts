import { create } from '@bufbuild/protobuf';
import type { Estimate } from '@foreshadow/domain';
import { type Measure, MeasureSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import { ProtocolError } from '../errors.ts';
import { checkColumn, nonNegative, orEmpty } from './numbers.ts';

/**
 * A column of estimates; `undefined` if nothing in it was observed. Values that are counts within the window
 * travel as such and come back bit for bit; standard errors come back to 24 bits.
 * @param windowMs a rate is `count · 1000 / windowMs`; 1000 for plain counts
 */
export function measureColumn(
  estimates: readonly (Estimate | undefined)[],
  windowMs: number,
): Measure | undefined {
  const missing = estimates.flatMap((e, i) => (e === undefined ? [i] : []));
  if (missing.length === estimates.length) return undefined;
  const present = estimates.filter((e) => e !== undefined);
  const values = present.map((e) => e.value);
  const standardErrors = orEmpty(present.map((e) => e.standardError));
  const counts = asCounts(values, windowMs);
  return create(MeasureSchema, {
    missing,
    ...(counts === undefined ? { values } : { counts }),
    standardErrors,
  });
}

/** @throws {ProtocolError} `INVALID_NUMBER` unless value and standard error are finite and ≥ 0 on the wire. */
export function checkEstimate(estimate: Estimate | undefined): void {
  if (estimate === undefined) return;
  nonNegative(estimate.value, 'value');
  nonNegative(Math.fround(estimate.standardError), 'standardError');
}

/** The counts behind the rates, if every rate is one exactly. */
function asCounts(rates: readonly number[], windowMs: number): number[] | undefined {
  const counts = rates.map((rate) => Math.round((rate * windowMs) / 1000));
  const exact = counts.every((count, i) => count <= 0xffff_ffff && rateOf(count, windowMs) === rates[i]);
  return exact ? counts : undefined;
}

function rateOf(count: number, windowMs: number): number {
  return (count * 1000) / windowMs;
}

/** @throws {ProtocolError} `COUNT_MISMATCH`, `OUT_OF_RANGE`, `INVALID_NUMBER`. */
export function readMeasure(
  measure: Measure | undefined,
  rows: number,
  windowMs: number,
  field: string,
): (Estimate | undefined)[] {
  if (measure === undefined) return new Array<undefined>(rows).fill(undefined);
  const present = rows - measure.missing.length;
  if (present < 0) throw new ProtocolError('COUNT_MISMATCH', `${field}: more missing than rows`);
  const plain = measure.values.length > 0;
  if (plain) checkColumn(measure.counts, 0, field, false);
  const values = plain ? measure.values : measure.counts.map((count) => rateOf(count, windowMs));
  checkColumn(values, present, field, false);
  checkColumn(measure.standardErrors, present, `${field}.standard_errors`, true);
  const estimates = values.map((value, i) => ({
    value: nonNegative(value, field),
    standardError: nonNegative(measure.standardErrors[i] ?? 0, `${field}.standard_errors`),
  }));
  return spreadOut(estimates, measure.missing, rows, field);
}

function spreadOut(
  present: readonly Estimate[],
  missing: readonly number[],
  rows: number,
  field: string,
): (Estimate | undefined)[] {
  const gaps = new Set(missing);
  if (gaps.size !== missing.length || missing.some((position) => position >= rows)) {
    throw new ProtocolError('OUT_OF_RANGE', `${field}: positions of missing entries`);
  }
  let next = 0;
  return Array.from({ length: rows }, (_, row) => (gaps.has(row) ? undefined : present[next++]));
}
