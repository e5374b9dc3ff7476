import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from '../src/lines.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 7, longest?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunksOf(new TextEncoder().encode(text), size), longest)) lines.push(line);
  return lines;
}

it('cuts at line ends, wherever the chunks end', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((s) => !/[\r\n\uFEFF]/.test(s));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      expect(await read(lines.map((l) => `${l}\n`).join(''), size)).toEqual(lines);
      expect(await read(lines.map((l) => `${l}\r\n`).join(''), size)).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});

it('gives a last line without an end', async () => {
  expect(await read('a\n\nb')).toEqual(['a', '', 'b']);
  expect(await read('')).toEqual([]);
});

it('keeps what other readers take for line ends', async () => {
  expect(await read('{"a":"x\u2028y"}\n50 %\r100 %\n')).toEqual(['{"a":"x\u2028y"}', '50 %\r100 %']);
});

it('gives up at a line without an end, after the lines before it', async () => {
  const lines: string[] = [];
  const all = async (): Promise<void> => {
    for await (const line of linesOf(chunksOf(new TextEncoder().encode(`a\n${'b'.repeat(100)}`), 7), 50)) {
      lines.push(line);
    }
  };
  await expect(all()).rejects.toThrow('line 2 has more than 50 characters');
  expect(lines).toEqual(['a']);
});
