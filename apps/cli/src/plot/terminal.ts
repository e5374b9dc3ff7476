import { Canvas } from './canvas.ts';
import { type Chart, type RatioBars, type Row, shareOf, stepsOf, valuesOf } from './chart.ts';
import { timeTicks, valueTicks } from './ticks.ts';

/** What a terminal can show. */
export interface TerminalShape {
  readonly columns: number;
  readonly color: boolean;
}

const MIN_COLUMNS = 40;
const MAX_COLUMNS = 200;
const ROWS = 16;
/** From the widest band to the narrowest. */
const SHADES = ['░', '▒', '▓'];
const BLUE = '36';
const GREY = '90';

export function terminalShape(
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv = process.env,
): TerminalShape {
  const isTerminal = stream.isTTY === true;
  const color = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return { columns: isTerminal ? stream.columns || 80 : Number(env['COLUMNS']) || 80, color };
}

/**
 * A chart in text: what was as a line of braille dots, bands as shades, the mean forecast as a line; time below, values at
 * the left. Colour only sets off the forecast: it reads without.
 */
export function terminalChart(chart: Chart, shape: TerminalShape): string {
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, shape.columns));
  const paint = (text: string, color: string): string =>
    shape.color && text !== '' ? `\u001b[${color}m${text}\u001b[0m` : text;
  const range = valuesOf(chart);
  const marks = valueTicks(range.low, range.high, 5);
  const margin = Math.max(...marks.map(({ label }) => label.length)) + 1;
  const plot = new Plot(chart, columns - margin - 1, range);
  const labels = new Map(marks.map(({ at, label }) => [plot.rowOf(at), label]));
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const label = labels.get(row);
    return `${(label ?? '').padStart(margin - 1)} ${paint(label === undefined ? '│' : '┤', GREY)}${plot.line(row, paint)}`;
  });
  const axis = plot.axis();
  return [
    ...fitted([chart.title, chart.subtitle], columns),
    '',
    ...lines.map((line) => line.trimEnd()),
    `${' '.repeat(margin)}${paint(`└${axis.marks}`, GREY)}`,
    `${' '.repeat(margin + 1)}${axis.labels}`.trimEnd(),
    ...fitted([key(chart)], columns),
  ].join('\n');
}

/** Bars from the left, with the reference at 1 marked. */
export function terminalBars({ title, reference, bars }: RatioBars, shape: TerminalShape): string {
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, shape.columns));
  const label = Math.max(...bars.map((bar) => bar.label.length));
  const note = Math.max(...bars.map((bar) => bar.note.length));
  const width = Math.max(10, columns - label - note - 4);
  const longest = Math.max(1, ...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)));
  const one = Math.min(width - 1, Math.round((width - 1) / longest));
  const lines = bars.map((bar) => {
    const length = Number.isFinite(bar.value) ? Math.round((width * bar.value) / longest) : 0;
    const block = bar.isRival === true ? '▒' : '█';
    const cells = Array.from({ length: width }, (_, i) => (i < length ? block : i === one ? '┊' : ' '));
    return `${bar.label.padStart(label)} ${cells.join('')}  ${bar.note}`.trimEnd();
  });
  return [`${title} (┊ ${reference})`, ...lines].join('\n');
}

/** Words of the lines on as many lines of the terminal as they need. */
function fitted(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => {
    const broken: string[] = [];
    for (const word of line.split(' ')) {
      const longer = broken.length === 0 ? word : `${broken.at(-1)} ${word}`;
      if (broken.length === 0 || longer.length > columns) broken.push(word);
      else broken[broken.length - 1] = longer;
    }
    return line === '' ? [] : broken.map((part) => part.slice(0, columns));
  });
}

function key({ unit, forecastName, forecast, actual }: Chart): string {
  const shades = forecast.bands.map(({ level }, i) => `${SHADES[i] ?? '▓'} ${level} %`);
  const overlap = forecast.from < actual.from + actual.values.length;
  const mean = overlap ? '' : '┊ ';
  return [`⣀⠤⠒ ${unit}`, `${mean}${forecastName}`, ...shades].join('   ');
}

type Paint = (text: string, color: string) => string;

/** Places steps and values on a grid of characters. */
class Plot {
  readonly #chart: Chart;
  readonly #columns: number;
  readonly #range: { readonly low: number; readonly high: number };
  readonly #first: number;
  readonly #last: number;
  readonly #past: Canvas;
  readonly #future: Canvas;
  /** Where the forecast begins after the end of what was; −1 where it runs beside it. */
  readonly #border: number;

  constructor(chart: Chart, columns: number, range: { readonly low: number; readonly high: number }) {
    this.#chart = chart;
    this.#columns = columns;
    this.#range = range;
    const { first, last } = stepsOf(chart);
    this.#first = first;
    this.#last = last;
    this.#past = new Canvas(columns, ROWS);
    this.#future = new Canvas(columns, ROWS);
    const end = chart.actual.from + chart.actual.values.length;
    const isAfter = chart.forecast.from >= end;
    this.#border = isAfter ? this.#x(chart.forecast.from - 0.5) >> 1 : -1;
    this.#draw(this.#past, chart.actual);
    // Beside what was, the mean would only hide it.
    if (isAfter) this.#draw(this.#future, chart.forecast);
  }

  rowOf(value: number): number {
    return this.#y(value) >> 2;
  }

  line(row: number, paint: Paint): string {
    let text = '';
    for (let column = 0; column < this.#columns; column++) {
      const past = this.#past.character(column, row);
      const future = this.#future.character(column, row);
      if (past !== undefined) text += past;
      else if (future !== undefined) text += paint(future, BLUE);
      else {
        const shade = this.#shade(column, row);
        text += shade === undefined ? (column === this.#border ? paint('┊', GREY) : ' ') : paint(shade, BLUE);
      }
    }
    return text;
  }

  axis(): { readonly marks: string; readonly labels: string } {
    const ticks = timeTicks(this.#chart.clock, this.#first, this.#last, Math.floor(this.#columns / 12));
    const marks = Array.from({ length: this.#columns }, () => '─');
    const labels = Array.from({ length: this.#columns }, () => ' ');
    let free = 0;
    for (const { at, label } of ticks) {
      const column = this.#x(at) >> 1;
      marks[column] = '┬';
      const from = Math.min(this.#columns - label.length, Math.max(0, column - (label.length >> 1)));
      if (from < free) continue;
      [...label].forEach((character, i) => (labels[from + i] = character));
      free = from + label.length + 1;
    }
    return { marks: marks.join(''), labels: labels.join('') };
  }

  /** Shade of a cell: that of the narrowest band that holds its middle. */
  #shade(column: number, row: number): string | undefined {
    const { forecast } = this.#chart;
    const share = (2 * column + 0.5) / Math.max(1, this.#past.width - 1);
    const step = Math.round(this.#first + share * (this.#last - this.#first)) - forecast.from;
    if (step < 0 || step >= forecast.values.length) return undefined;
    const middle = 4 * row + 1.5;
    for (let b = forecast.bands.length - 1; b >= 0; b--) {
      const band = forecast.bands[b];
      const top = this.#y(band?.upper[step] ?? NaN);
      const bottom = this.#y(band?.lower[step] ?? NaN);
      // Half a cell more on either side: a narrow band must not vanish.
      if (top - 1.5 <= middle && middle <= bottom + 1.5) return SHADES[Math.min(b, SHADES.length - 1)];
    }
    return undefined;
  }

  #draw(canvas: Canvas, { from, values }: Row): void {
    let x0 = NaN;
    let y0 = NaN;
    for (let i = 0; i < values.length; i++) {
      const y = this.#y(values[i] ?? NaN);
      const x = this.#x(from + i);
      if (Number.isFinite(y)) {
        if (Number.isFinite(y0)) canvas.line(x0, y0, x, y);
        else canvas.dot(x, y);
      }
      x0 = x;
      y0 = y;
    }
  }

  #x(step: number): number {
    const share = (step - this.#first) / Math.max(1, this.#last - this.#first);
    return Math.round(share * (this.#past.width - 1));
  }

  #y(value: number): number {
    return Math.round((1 - shareOf(value, this.#range)) * (this.#past.height - 1));
  }
}
