import type { Estimate } from '@foreshadow/domain';
import { type Quantizer, STANDARD_QUANTIZER } from './quantizer.ts';

/** Numbers of the three ratios of one partition. */
export const RATIO_NUMBERS = 6;
/** A standard error is given in steps of so many codes, which makes it one byte: within 5 % of it at 1 %. */
const ERROR_STEP = 4;

/**
 * Append an estimate: 1 + its code (0: never observed), then its standard error in steps below or above the value (0:
 * none, so that steps from 0 down move by one).
 */
export function writeRatio(estimate: Estimate | undefined, numbers: number[]): void {
  if (estimate === undefined) {
    numbers.push(0, 0);
    return;
  }
  const value = STANDARD_QUANTIZER.code(estimate.value);
  const error = STANDARD_QUANTIZER.code(estimate.standardError);
  const steps = Math.round((error - value) / ERROR_STEP);
  numbers.push(value + 1, error === 0 ? 0 : steps > 0 ? steps : steps - 1);
}

/** @throws {ProtocolError} `OUT_OF_RANGE` for a value that no code stands for. */
export function readRatio(ratios: readonly number[], at: number, quantizer: Quantizer): Estimate | undefined {
  const shifted = ratios[at]!;
  if (shifted === 0) return undefined;
  const code = shifted - 1;
  return { value: quantizer.value(code), standardError: readError(code, ratios[at + 1]!, quantizer) };
}

function readError(code: number, written: number, quantizer: Quantizer): number {
  if (written === 0) return 0;
  const steps = written > 0 ? written : written + 1;
  // Rounding to steps may go past either end.
  return quantizer.value(Math.min(quantizer.maxCode, Math.max(1, code + ERROR_STEP * steps)));
}
