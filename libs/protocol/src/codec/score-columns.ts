import type { HorizonScore } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { PartitionScores } from '../gen/foreshadow/link/v1/link_pb.ts';
import { checkColumn, uint32 } from './numbers.ts';
import { STANDARD_QUANTIZER } from './quantizer.ts';

/** Fractions travel as ten-thousandths. */
const FRACTION = 10_000;
const MOST = 0xffff_ffff;
const MOST_SIGNED = 0x7fff_ffff;
/** Widths above are told as this. */
const LARGEST_WIDTH = 1e15;
/** Weights travel as thousandths. */
const WHOLE = 1000;

type ScoreColumn = 'scored' | 'wape' | 'wapeNaive' | 'bias' | 'coverage90' | 'width90';

const COLUMNS: readonly ScoreColumn[] = ['scored', 'wape', 'wapeNaive', 'bias', 'coverage90', 'width90'];

/** Scores of one partition as columns, one entry a horizon. */
export function writeScores(horizons: readonly HorizonScore[]): Record<ScoreColumn, number[]> {
  return {
    scored: horizons.map((h) => uint32(h.scored, 'scored')),
    wape: horizons.map((h) => writeFraction(h.wape)),
    wapeNaive: horizons.map((h) => writeFraction(h.wapeNaive)),
    bias: horizons.map((h) => writeSigned(h.bias)),
    coverage90: horizons.map((h) => writeFraction(h.coverage90)),
    width90: horizons.map((h) => writeWidth(h.width90)),
  };
}

/** @throws {ProtocolError} `COUNT_MISMATCH`, `OUT_OF_RANGE`. */
export function readScores(scores: PartitionScores, horizonsMs: readonly number[]): HorizonScore[] {
  for (const column of COLUMNS) checkColumn(scores[column], horizonsMs.length, column, false);
  return horizonsMs.map((horizonMs, i) => {
    const wape = readFraction(scores.wape[i]!);
    return {
      horizonMs,
      scored: scores.scored[i]!,
      wape,
      wapeNaive: readFraction(scores.wapeNaive[i]!),
      bias: Number.isNaN(wape) ? NaN : scores.bias[i]! / FRACTION,
      coverage90: readShare(scores.coverage90[i]!),
      width90: scores.width90[i] === 0 ? NaN : STANDARD_QUANTIZER.value(scores.width90[i]! - 1),
    };
  });
}

/**
 * Weights in thousandths that sum to 1000: largest remainders are rounded up. All zero where they do not sum to
 * anything.
 */
export function toThousandths(weights: readonly number[]): number[] {
  const clean = weights.map((w) => (w > 0 && w <= Number.MAX_VALUE ? w : 0));
  const most = clean.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return clean;
  // Scaled by the largest first: the sum of huge weights is not finite.
  const sum = clean.reduce((total, w) => total + w / most, 0);
  const exact = clean.map((w) => (w / most / sum) * WHOLE);
  const rounded = exact.map(Math.floor);
  const left = WHOLE - rounded.reduce((total, w) => total + w, 0);
  const byRemainder = exact.map((w, i) => [w - Math.floor(w), i] as const).sort((a, b) => b[0] - a[0]);
  for (const [, i] of byRemainder.slice(0, left)) rounded[i]! += 1;
  return rounded;
}

/**
 * Weights of each of the experts, one entry a horizon.
 * @throws {ProtocolError} `COUNT_MISMATCH`, `OUT_OF_RANGE`.
 */
export function readWeights(weights: readonly number[], experts: number, horizons: number): number[][] {
  checkColumn(weights, experts * horizons, 'weights', false);
  for (let h = 0; h < horizons; h++) {
    const sum = weights.slice(h * experts, (h + 1) * experts).reduce((total, w) => total + w, 0);
    if (sum !== WHOLE && sum !== 0) throw new ProtocolError('OUT_OF_RANGE', `weights that sum to ${sum}`);
  }
  return Array.from({ length: experts }, (_, e) =>
    Array.from({ length: horizons }, (_, h) => weights[h * experts + e]! / WHOLE),
  );
}

function writeFraction(value: number): number {
  return value >= 0 && value <= Number.MAX_VALUE ? 1 + Math.min(MOST - 1, Math.round(value * FRACTION)) : 0;
}

function readFraction(code: number): number {
  return code === 0 ? NaN : (code - 1) / FRACTION;
}

/** @throws {ProtocolError} `OUT_OF_RANGE` above 1. */
function readShare(code: number): number {
  if (code > FRACTION + 1) throw new ProtocolError('OUT_OF_RANGE', `a share of ${(code - 1) / FRACTION}`);
  return readFraction(code);
}

function writeSigned(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-MOST_SIGNED, Math.min(MOST_SIGNED, Math.round(value * FRACTION)));
}

function writeWidth(value: number): number {
  return value >= 0 && value <= Number.MAX_VALUE
    ? 1 + STANDARD_QUANTIZER.code(Math.min(value, LARGEST_WIDTH))
    : 0;
}
