import type { ForecastPath, LoadForecast } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { ForecastFrame, PathLayout, StreamForecasts } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { Forecasts } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { checkKnots, type Layout, runsToHorizons } from './layout.ts';
import { checkColumn, toTimeMs } from './numbers.ts';
import { type Quantizer, quantizerOf } from './quantizer.ts';
import { RATIO_NUMBERS, readRatio } from './ratios.ts';
import { type KnotShare, knotShares, spreadAt } from './spread.ts';

const WARMING_UP = 1;

interface ReadLayout extends Layout {
  readonly shares: readonly KnotShare[];
}

/**
 * The forecasts of a frame. Intervals are as sent at the knots and interpolated in √time between them.
 * @throws {ProtocolError} for any content that no writer writes; the session is then over.
 */
export function readForecasts(frame: ForecastFrame, session: LinkSession): Forecasts {
  if (frame.layouts.length > LIMITS.layouts) throw new ProtocolError('TOO_MANY', 'too many path layouts');
  const quantizer = quantizerOf(frame.relativeErrorPpm);
  const layouts = frame.layouts.map(readLayout);
  const issuedAtMs = toTimeMs(frame.issuedAtMs, 'issuedAtMs');
  const epoch = toTimeMs(frame.epoch, 'epoch');
  const checked = frame.streams.map((group) => checkGroup(group, layouts, session));
  checkPartitionCount(frame.streams);
  session.learnExperts(frame.newExperts);
  const forecasts: LoadForecast[] = [];
  for (const [g, group] of frame.streams.entries()) {
    for (let i = 0; i < group.partitions.length; i++) {
      forecasts.push(readRow(group, i, checked[g]!, session, quantizer, issuedAtMs));
    }
  }
  return { kind: 'forecasts', epoch, seq: frame.seq, forecasts };
}

function readLayout({ runs, knots }: PathLayout): ReadLayout {
  const horizonsMs = runsToHorizons(runs);
  checkKnots(knots, horizonsMs.length);
  return { horizonsMs, knots, shares: knotShares({ horizonsMs, knots }) };
}

function checkPartitionCount(groups: readonly StreamForecasts[]): void {
  const count = groups.reduce((sum, g) => sum + g.partitions.length, 0);
  if (count > LIMITS.partitions) throw new ProtocolError('TOO_MANY', `forecasts of ${count} partitions`);
}

function checkGroup(
  group: StreamForecasts,
  layouts: readonly ReadLayout[],
  session: LinkSession,
): ReadLayout {
  const layout = layouts[group.layout];
  if (layout === undefined) throw new ProtocolError('INVALID_LAYOUT', `no layout ${group.layout}`);
  const rows = group.partitions.length;
  checkColumn(group.issuedOffsetsMs, rows, 'issued_offsets_ms', true);
  checkColumn(group.experts, rows, 'experts', true);
  checkColumn(group.flags, rows, 'flags', true);
  checkColumn(group.paths, rows * layout.horizonsMs.length, 'paths', false);
  checkColumn(group.spreads, rows * layout.knots.length * 2, 'spreads', false);
  checkColumn(group.ratios, rows * RATIO_NUMBERS, 'ratios', false);
  for (const partition of group.partitions) session.key(group.stream, partition);
  return layout;
}

function readRow(
  group: StreamForecasts,
  row: number,
  layout: ReadLayout,
  session: LinkSession,
  quantizer: Quantizer,
  frameIssuedAtMs: number,
): LoadForecast {
  const issuedAtMs = frameIssuedAtMs + (group.issuedOffsetsMs[row] ?? 0);
  if (issuedAtMs < 0) throw new ProtocolError('OUT_OF_RANGE', `issued at ${issuedAtMs}`);
  const expert = group.experts[row] ?? 0;
  return {
    partition: session.key(group.stream, group.partitions[row]!),
    issuedAtMs,
    path: readPath(group, row, layout, quantizer),
    ratios: {
      bytesPerRecord: readRatio(group.ratios, row * RATIO_NUMBERS, quantizer),
      workPerRecord: readRatio(group.ratios, row * RATIO_NUMBERS + 2, quantizer),
      distinctKeysPerRecord: readRatio(group.ratios, row * RATIO_NUMBERS + 4, quantizer),
    },
    leadingExpert: session.expertName(expert),
    warmingUp: ((group.flags[row] ?? 0) & WARMING_UP) !== 0,
  };
}

function readPath(
  group: StreamForecasts,
  row: number,
  layout: ReadLayout,
  quantizer: Quantizer,
): ForecastPath {
  const { horizonsMs, knots, shares } = layout;
  const codes = readCodes(group.paths, row * horizonsMs.length, horizonsMs.length);
  const mean = codes.map((code) => quantizer.value(code));
  const below: number[] = [];
  const above: number[] = [];
  for (const [k, knot] of knots.entries()) {
    const at = (row * knots.length + k) * 2;
    below.push(mean[knot]! - quantizer.value(codes[knot]! - group.spreads[at]!));
    above.push(quantizer.value(codes[knot]! + group.spreads[at + 1]!) - mean[knot]!);
  }
  const lower = mean.map((value, step) => Math.max(0, value - spreadAt(shares[step]!, below)));
  const upper = mean.map((value, step) => value + spreadAt(shares[step]!, above));
  return { horizonsMs, mean, lower, upper };
}

function readCodes(paths: readonly number[], from: number, steps: number): number[] {
  const codes = new Array<number>(steps);
  let code = 0;
  for (let step = 0; step < steps; step++) {
    code += paths[from + step]!;
    codes[step] = code;
  }
  return codes;
}
