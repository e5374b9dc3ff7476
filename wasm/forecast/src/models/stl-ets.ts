import { decodeEts, type EtsModel } from './ets.ts';

const OFFSET = {
  season: 32,
  shorter: 48,
  phase: 52,
  shortPhase: 56,
  span: 60,
  seasonalStrength: 64,
  trendStrength: 72,
  ets: 96,
  shape: 232,
} as const;

/** A season of an STL + ETS model. */
export interface StlSeason {
  /** Length in steps. */
  readonly length: number;
  /** Seasonal component of the steps to come, the next step first, in the units of the series. */
  readonly cycle: readonly number[];
}

/** What an STL + ETS state says of its model. */
export interface StlEtsModel {
  /** Its seasons, longest first. */
  readonly seasons: readonly StlSeason[];
  /** Span of the seasonal smoother in cycles as asked for: `auto` is 11, and 15 for the longer of two. */
  readonly span: number | 'periodic' | 'auto';
  /** 1 − var(remainder) / var(remainder + seasons): 0 no season, 1 nothing else (Wang, Smith & Hyndman 2006). */
  readonly seasonalStrength: number;
  /** The same of the trend. */
  readonly trendStrength: number;
  /** Exponential smoothing of what the seasons leave. */
  readonly ets: EtsModel;
}

/** Read the model from a fitted STL + ETS state. */
export function decodeStlEts(state: DataView): StlEtsModel {
  const integer = (offset: number): number => state.getInt32(offset, true);
  const number = (offset: number): number => state.getFloat64(offset, true);
  const season = (length: number, phase: number, offset: number): StlSeason => ({
    length,
    cycle: Array.from({ length }, (_, i) => number(offset + 8 * ((phase + i) % length))),
  });
  const length = integer(OFFSET.season);
  const shorter = integer(OFFSET.shorter);
  const span = integer(OFFSET.span);
  const seasons = [season(length, integer(OFFSET.phase), OFFSET.shape)];
  if (shorter > 0) seasons.push(season(shorter, integer(OFFSET.shortPhase), OFFSET.shape + 8 * length));
  return {
    seasons,
    span: span < 0 ? 'auto' : span === 0 ? 'periodic' : span,
    seasonalStrength: number(OFFSET.seasonalStrength),
    trendStrength: number(OFFSET.trendStrength),
    ets: decodeEts(new DataView(state.buffer, state.byteOffset + OFFSET.ets, OFFSET.shape - OFFSET.ets)),
  };
}
