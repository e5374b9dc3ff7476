import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NdjsonOptions, parseNdjson } from '../src/ndjson.ts';
import { Problem } from '../src/problem.ts';

const defaults: NdjsonOptions = {
  keyField: undefined,
  timestampField: undefined,
  arrivalMs: 5000,
  maxRecordBytes: 1000,
};

function parse(body: string | Buffer, options: Partial<NdjsonOptions> = {}) {
  return parseNdjson(Buffer.from(body), { ...defaults, ...options });
}

function problem(body: string | Buffer, options: Partial<NdjsonOptions> = {}): Problem {
  try {
    parse(body, options);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was wrong with it');
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('parseNdjson', () => {
  it('gives back every value, byte for byte, for any JSON values', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 2 })), (lines) => {
        const records = parse(`${lines.join('\n')}\n`, { maxRecordBytes: 1e6 });
        expect(records.map((r) => text(r.value))).toEqual(lines);
      }),
    );
  });

  it('takes any JSON value a line, blank lines, CRLF and a missing last newline', () => {
    const records = parse('1\r\n\n  "two" \n\t\r\n{"three":[3]}\nnull');
    expect(records.map((r) => text(r.value))).toEqual(['1', '"two"', '{"three":[3]}', 'null']);
    expect(records[0]).toMatchObject({ key: undefined, timestampMs: 5000 });
  });

  it('has no records in an empty body', () => {
    expect(parse('')).toEqual([]);
    expect(parse('\n\n')).toEqual([]);
  });

  it('takes the key from the field named', () => {
    const body = '{"k":"a"}\n{"k":7}\n{"k":true}\n{"k":null}\n{}\n"k"\n{"k":""}';
    const keys = parse(body, { keyField: 'k' }).map((r) => r.key);
    expect(keys).toEqual(['a', '7', 'true', undefined, undefined, undefined, '']);
  });

  it('takes own fields only for keys', () => {
    expect(parse('{}', { keyField: 'constructor' })[0]!.key).toBeUndefined();
    expect(parse('{"__proto__":"x"}', { keyField: '__proto__' })[0]!.key).toBe('x');
  });

  it('takes the event time from the field named, else the arrival', () => {
    const body = '{"t":123}\n{"t":"2024-01-01T00:00:00Z"}\n{}';
    const times = parse(body, { timestampField: 't' }).map((r) => r.timestampMs);
    expect(times).toEqual([123, Date.UTC(2024, 0, 1), 5000]);
  });

  it.each([
    ['{"a":1}\n{"a":', 2],
    ['\n\n{]', 3],
    ['1 2', 1],
    ['1\n{"a":\n1}', 2],
    ['NaN', 1],
    ["{'a':1}", 1],
  ])('names the first line of %j that is not JSON', (body, line) => {
    const { code, line: named, message, status } = problem(body);
    expect([code, named, status]).toEqual(['MALFORMED_LINE', line, 400]);
    expect(message).toMatch(new RegExp(`^line ${line} is not JSON: .{5}`));
  });

  it('names a line that is not UTF-8, and only it', () => {
    const body = Buffer.concat([Buffer.from('"é"\n'), Buffer.from([0x22, 0xff, 0x22, 0x0a])]);
    expect(problem(body)).toMatchObject({
      code: 'MALFORMED_LINE',
      line: 2,
      message: 'line 2 is not valid UTF-8',
    });
  });

  it('names a record that is too large, counted in bytes', () => {
    expect(parse('"éé"', { maxRecordBytes: 6 })).toHaveLength(1);
    expect(problem('1\n"éé"', { maxRecordBytes: 5 })).toMatchObject({
      code: 'RECORD_TOO_LARGE',
      line: 2,
      status: 413,
    });
  });

  it('names a key that cannot be one', () => {
    expect(problem('{"k":"a"}\n{"k":{}}', { keyField: 'k' }).message).toMatch(/^line 2: key field "k" must/);
    expect(problem('{"k":[]}', { keyField: 'k' }).line).toBe(1);
  });

  it.each(['"soon"', '-1', 'true', '[]', '1e999'])('names an event time that is none: %s', (time) => {
    expect(problem(`{"t":${time}}`, { timestampField: 't' }).message).toMatch(
      /^line 1: timestamp field "t" must/,
    );
  });

  it('survives whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parse(Buffer.from(bytes), { keyField: 'k', timestampField: 't' });
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          expect((error as Problem).line).toBeGreaterThan(0);
        }
      }),
    );
  });
});
