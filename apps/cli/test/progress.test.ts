import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from '../src/progress.ts';

function terminal(isTTY: boolean): {
  readonly isTTY: boolean;
  readonly columns: number;
  text: string;
  write(text: string): void;
} {
  return {
    isTTY,
    columns: 60,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

describe('progress', () => {
  it('says rows, rate and time left in one line that is drawn over, and goes away', () => {
    const stream = terminal(true);
    let nowMs = 0;
    const progress = new Progress(10_000, stream, () => nowMs);
    for (let done = 1; done <= 10_000; done++) {
      nowMs += 0.5;
      progress.show(done, 'series.csv');
    }
    progress.end();
    const shown = stream.text.split('\r\u001b[K');
    expect(shown.length).toBeGreaterThan(20);
    expect(shown[1]).toBe('6 % · 608 of 10000 rows · 2000 rows/s, 0:05 left · series.…');
    expect(shown.at(-1)).toBe('');
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('says nothing of a short run', () => {
    const stream = terminal(true);
    let nowMs = 0;
    const progress = new Progress(320, stream, () => (nowMs += 1));
    for (let done = 1; done <= 320; done++) progress.show(done, 'series.csv');
    progress.end();
    expect(stream.text).toBe('');
  });

  it('writes nothing to what is no terminal', () => {
    const stream = terminal(false);
    let nowMs = 0;
    const progress = new Progress(1000, stream, () => (nowMs += 1000));
    for (let done = 1; done <= 1000; done++) progress.show(done, 'series.csv');
    progress.end();
    expect(stream.text).toBe('');
  });

  it('knows no rate before any time has passed', () => {
    expect(progressLine(0, 0, 0, 'x')).toBe('100 % · 0 of 0 rows · 0 rows/s · x');
    expect(progressLine(50, 100, 120_000, 'x')).toBe('50 % · 50 of 100 rows · 0 rows/s, 2:00 left · x');
  });
});
