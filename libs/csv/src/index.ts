/**
 * CSV files read as series on even steps.
 * @module
 */
export { clockOf, durationText, type SeriesClock, type TimeKind } from './clock.ts';
export { type ColumnChoice, numericColumns } from './columns.ts';
export { CsvError, type CsvErrorCode, type CsvPlace } from './error.ts';
export { parseNumber } from './number.ts';
export { type Point, readPoints } from './points.ts';
export { areEvents, onEvenSteps, type RegularSeries } from './regular.ts';
export { Remarks } from './remarks.ts';
export { type CsvSeries, parseSeries } from './series.ts';
export { parseTable, type Table } from './table.ts';
