export type Cell = string | number | undefined;

/** The first column names the row. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note?: string;
}

/** A figure against the bound that it is to keep. */
export interface Target {
  readonly name: string;
  readonly value: number;
  /** Like `≤ 0.600`. */
  readonly bound: string;
  readonly isMet: boolean;
}

/** Horizontal bars, one of them perhaps ours. */
export interface BarChart {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly isOurs?: boolean }[];
}

/** What one part of the accuracy run found. */
export interface PartResult {
  readonly targets: readonly Target[];
  readonly tables: readonly Table[];
  readonly charts: readonly BarChart[];
}

/** Where the folder holds no series for a part. */
export const NOTHING: PartResult = { targets: [], tables: [], charts: [] };

export interface NamedPart extends PartResult {
  readonly part: string;
  readonly seconds: number;
}

export function atMost(name: string, value: number, bound: number): Target {
  return { name, value, bound: `≤ ${format(bound)}`, isMet: value <= bound };
}

export function atLeast(name: string, value: number, bound: number): Target {
  return { name, value, bound: `≥ ${format(bound)}`, isMet: value >= bound };
}

export function below(name: string, value: number, bound: number, of = ''): Target {
  return { name, value, bound: `< ${format(bound)}${of}`, isMet: value < bound };
}

export function within(name: string, value: number, low: number, high: number): Target {
  return { name, value, bound: `${low}–${high}`, isMet: value >= low && value <= high };
}

/** Three decimals, or as many as it takes for three digits; a dash where there is nothing. */
export function format(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (cell === undefined || Number.isNaN(cell)) return '–';
  if (Number.isInteger(cell) || !Number.isFinite(cell)) return String(cell);
  return Math.abs(cell) < 0.01 ? cell.toPrecision(2) : cell.toFixed(3);
}

export function renderPart(part: NamedPart): string {
  const blocks = part.tables.map(renderTable);
  const targets = part.targets.map(
    (t) => `  ${t.isMet ? 'met   ' : 'missed'}  ${t.name}: ${format(t.value)} (${t.bound})`,
  );
  const heading = `${part.part}  (${part.seconds.toFixed(1)} s)`;
  return [heading, ...blocks, ...(targets.length > 0 ? [targets.join('\n')] : [])].join('\n\n');
}

function renderTable({ title, columns, rows, note }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(format));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`), ...(note === undefined ? [] : [`  ${note}`])].join(
    '\n',
  );
}

/** Rows become objects with the columns as keys; what is not there is null. */
export function partsToJson(parts: readonly NamedPart[]): string {
  const tables = (part: NamedPart): unknown[] =>
    part.tables.map(({ columns, rows, ...rest }) => ({
      ...rest,
      rows: rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]))),
    }));
  return JSON.stringify({
    node: process.version,
    parts: parts.map(({ part, seconds, targets, ...rest }) => ({
      part,
      seconds,
      targets,
      tables: tables({ part, seconds, targets, ...rest }),
    })),
  });
}
