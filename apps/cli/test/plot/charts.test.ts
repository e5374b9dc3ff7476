import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf } from '@foreshadow/csv';
import { Canvas } from '../../src/plot/canvas.ts';
import { type Chart, valuesOf } from '../../src/plot/chart.ts';
import { htmlDocument } from '../../src/plot/html.ts';
import { svgDocument } from '../../src/plot/svg.ts';
import { terminalBars, terminalChart } from '../../src/plot/terminal.ts';

const clock = clockOf({ times: Float64Array.of(0, 3_600_000), stepMs: 3_600_000, timeColumn: 'hours' });

function chart(past: readonly number[], future: readonly number[], width = 5): Chart {
  return {
    title: 'load',
    subtitle: 'hours',
    unit: 'records/s',
    clock,
    actual: { from: 0, values: past },
    forecast: {
      from: past.length,
      values: future,
      bands: [{ level: 90, lower: future.map((y) => y - width), upper: future.map((y) => y + width) }],
    },
    forecastName: 'forecast',
  };
}

const wave = Array.from({ length: 60 }, (_, t) => 50 + 40 * Math.sin(t / 4));
const value = fc.oneof(fc.double(), fc.constantFrom(NaN, 0, Infinity, -1e308, 1e308));
const anyChart = fc
  .tuple(fc.array(value, { maxLength: 50 }), fc.array(value, { minLength: 1, maxLength: 20 }), value)
  .map(([past, future, width]) => chart(past, future, width));

describe('a chart in the terminal', () => {
  it('fits the terminal, whatever it shows', () => {
    fc.assert(
      fc.property(anyChart, fc.integer({ min: 40, max: 180 }), (any, columns) => {
        const lines = terminalChart(any, { columns, color: false }).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        expect(lines.length).toBeLessThan(30);
        expect(lines.join('')).not.toMatch(/NaN|undefined|\u001b/);
      }),
    );
  });

  it('shows what was as a line, the forecast behind a border, its interval as a shade', () => {
    const lines = terminalChart(chart(wave, [50, 55, 60, 65, 70, 75], 15), {
      columns: 80,
      color: false,
    }).split('\n');
    const plot = lines.filter((line) => /[│┤]/.test(line));
    expect(plot).toHaveLength(16);
    const border = Math.max(...plot.map((line) => line.indexOf('┊')));
    expect(border).toBeGreaterThan(60);
    for (const line of plot) {
      const shade = line.indexOf('░');
      if (shade >= 0) expect(shade).toBeGreaterThanOrEqual(border - 1);
      expect([...line.slice(border)].length).toBeLessThan(20);
    }
    expect(plot.join('')).toMatch(/░/);
    expect(lines.at(-1)).toContain('░ 90 %');
  });

  it('is the same without colour but for the colour', () => {
    const shown = chart(wave, [50, 60, 70]);
    const plain = terminalChart(shown, { columns: 90, color: false });
    const colored = terminalChart(shown, { columns: 90, color: true });
    expect(colored).toMatch(/\u001b\[36m/);
    const stripped = colored.replace(/\u001b\[\d+m/g, '').replace(/ +$/gm, '');
    expect(stripped).toBe(plain);
  });

  it('leaves gaps where values are missing', () => {
    const whole = terminalChart(chart(wave, [50]), { columns: 80, color: false });
    const holed = terminalChart(
      chart(
        wave.map((y, t) => (t > 20 && t < 40 ? NaN : y)),
        [50],
      ),
      { columns: 80, color: false },
    );
    const dots = (text: string): number => text.match(/[⠁-⣿]/gu)?.length ?? 0;
    expect(dots(holed)).toBeLessThan(dots(whole) * 0.8);
  });
});

describe('bars in the terminal', () => {
  it('are as long as their values, with the reference marked', () => {
    const bars = [
      { label: '1 step', value: 0.5, note: '0.500' },
      { label: '12 steps', value: 1, note: '1.000' },
      { label: 'none', value: NaN, note: '–' },
    ];
    const [, half, whole, none] = terminalBars(
      { title: 'ratio', reference: 'last value', bars },
      { columns: 60, color: false },
    ).split('\n');
    const length = (line = ''): number => line.split('█').length - 1;
    expect(Math.abs(length(whole) - 2 * length(half))).toBeLessThanOrEqual(1);
    expect(length(none)).toBe(0);
    expect(half).toContain('┊');
  });
});

/** Checks that every tag is closed in order and returns what the document holds. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-zA-Z]+)((?:\s[\w:-]+="[^"<>]*")*)(\/?)>/g,
    (_, close, name, __, self) => {
      if (close === '/') expect(open.pop()).toBe(name);
      else {
        names.push(String(name));
        if (self !== '/') open.push(String(name));
      }
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  return names;
}

describe('a picture', () => {
  it('is well formed, whatever it shows and however it is called', () => {
    fc.assert(
      fc.property(anyChart, fc.string(), (any, name) => {
        const svg = svgDocument([{ ...any, title: name, unit: name }], undefined);
        expect(elementsOf(svg)).toContain('path');
        expect(svg).not.toMatch(/"[^"]*(NaN|Infinity|undefined)/);
      }),
    );
  });

  it('says in words what it shows, and has colours for dark', () => {
    const svg = svgDocument([chart(wave, [50, 60])], {
      title: 'ratio',
      reference: 'last value',
      bars: [{ label: '1 step', value: 0.5, note: '0.500' }],
    });
    expect(svg).toMatch(/role="img" aria-labelledby="chart-title chart-description"/);
    expect(svg).toMatch(/<title id="chart-title">load<\/title>/);
    expect(svg).toMatch(
      /<desc id="chart-description">.*90 % interval.*ratio, last value being 1: 1 step 0\.500\./,
    );
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });

  it('escapes what files are called', () => {
    const page = htmlDocument(
      [{ ...chart(wave, [50]), title: '<script>alert("x")</script>\u0000&' }],
      undefined,
    );
    expect(page).not.toMatch(/<script|\u0000/);
    expect(page).toContain('&#60;script&#62;');
  });

  it('breaks lines and bands where values are missing', () => {
    const svg = svgDocument([chart([1, 2, NaN, 3, NaN, 4, 5], [6, NaN, 7])], undefined);
    const path = (name: string): string =>
      new RegExp(`class="${name}" d="([^"]*)"`, 'g').exec(svg.replace(/M\d+ 62h22/g, ''))?.[1] ?? '';
    const actual = [...svg.matchAll(/class="actual" d="([^"]*)"/g)].at(-1)?.[1] ?? '';
    expect(actual.match(/M/g)).toHaveLength(3);
    expect(actual.match(/h0/g)).toHaveLength(1);
    expect(path('band').match(/Z/g)).toHaveLength(2);
  });
});

describe('the range of values', () => {
  it('holds all values, and no more of wide bands than leaves these visible', () => {
    expect(valuesOf(chart([100, 110], [105], 1000))).toEqual({ low: 90, high: 120 });
    expect(valuesOf(chart([10, 110], [50], 2))).toEqual({ low: 0, high: 110 });
    expect(valuesOf(chart([NaN], [NaN]))).toEqual({ low: 0, high: 1 });
    const flat = valuesOf(chart([7, 7], [7], 0));
    expect(flat.low).toBeLessThan(7);
    expect(flat.high).toBeGreaterThan(7);
  });
});

describe('a canvas of dots', () => {
  it('sets the dots of each character by their place', () => {
    const canvas = new Canvas(2, 1);
    canvas.dot(0, 0);
    canvas.dot(1, 3);
    canvas.dot(9, 9);
    canvas.dot(NaN, 0);
    expect([canvas.character(0, 0), canvas.character(1, 0)]).toEqual(['⢁', undefined]);
  });

  it('draws lines without holes', () => {
    const canvas = new Canvas(4, 2);
    canvas.line(0, 7, 7, 0);
    expect(canvas.character(0, 1)).toBe('⡠');
    for (let column = 0; column < 4; column++) {
      expect(canvas.character(column, column < 2 ? 1 : 0)).toBeDefined();
    }
  });
});
