import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../src/announce/event-input.ts';

const NOW_MS = Date.parse('2026-11-27T00:00:00Z');
const good = { kind: 'sale', from: '2026-11-27T08:00:00Z', to: '2026-11-27T20:00:00+02:00' };

/** Problems as `where: what`. */
function problemsOf(body: unknown): string[] {
  return (parseEvents(body, NOW_MS).problems ?? []).map((p) => `${p.where}: ${p.what}`);
}

describe('an announced event', () => {
  it('is one, or a list of them, with ISO times or milliseconds', () => {
    const event = {
      id: expect.stringMatching(/^sale-\w+-\w+$/) as string,
      kind: 'sale',
      fromMs: Date.parse('2026-11-27T08:00:00Z'),
      toMs: Date.parse('2026-11-27T18:00:00Z'),
      magnitude: 1,
    };
    expect(parseEvents(good, NOW_MS)).toEqual({ events: [event] });
    const inMs = { kind: 'sale', from: event.fromMs, to: event.toMs, magnitude: 2.5 };
    expect(parseEvents([good, inMs], NOW_MS)).toEqual({ events: [event, { ...event, magnitude: 2.5 }] });
  });

  it.each([
    [{ ...good, kind: undefined }, '/kind: not a kind'],
    [{ ...good, kind: 'a b' }, '/kind: not a kind'],
    [{ ...good, kind: 'x'.repeat(65) }, '/kind: not a kind'],
    [{ ...good, from: 'tomorrow' }, '/from: not a time'],
    [{ ...good, from: '2026-11-27T08:00:00' }, '/from: not a time'],
    [{ ...good, from: '2026-13-27T08:00:00Z' }, '/from: not a time'],
    [{ ...good, from: 1e300 }, '/from: not a time'],
    [{ ...good, to: null }, '/to: not a time'],
    [{ ...good, to: good.from }, '/to: not after its beginning'],
    [{ ...good, from: NOW_MS - 2000, to: NOW_MS - 1000 }, '/to: over already'],
    [{ ...good, to: '2028-01-01T00:00:00Z' }, '/to: too far ahead'],
    [{ ...good, from: '2020-01-01T00:00:00Z' }, '/from: too long ago'],
    [{ ...good, magnitude: 0 }, '/magnitude: out of range'],
    [{ ...good, magnitude: '2' }, '/magnitude: out of range'],
    [{ ...good, magnitude: 1001 }, '/magnitude: out of range'],
    [{ ...good, size: 3 }, '/size: not a field of an event'],
    [[good, { ...good, kind: '' }], '/1/kind: not a kind'],
    [[good, 'sale'], '/1: not an event'],
    [[], ': a list of 0 events'],
    [new Array(257).fill(good), ': a list of 257 events'],
    [null, ': not an event'],
    ['sale', ': not an event'],
  ])('is refused with what is wrong and where: %j', (body, problem) => {
    expect(problemsOf(body)).toEqual([problem]);
  });

  it('is refused with all that is wrong, what is allowed, and what came', () => {
    const { problems } = parseEvents({ kind: 7, to: 'soon', magnitude: -1 }, NOW_MS);
    expect(problems).toEqual([
      {
        where: '/kind',
        what: 'not a kind',
        allowed: 'letters, digits, . _ - and at most 64 characters',
        got: 7,
      },
      { where: '/magnitude', what: 'out of range', allowed: 'above 0, at most 1000', got: -1 },
      {
        where: '/from',
        what: 'not a time',
        allowed: expect.stringContaining('ISO 8601') as string,
        got: null,
      },
      {
        where: '/to',
        what: 'not a time',
        allowed: expect.stringContaining('ISO 8601') as string,
        got: 'soon',
      },
    ]);
  });

  it('is taken or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const { problems, ...rest } = parseEvents(body, NOW_MS);
        if (problems === undefined) expect(rest).toMatchObject({ events: expect.any(Array) as unknown });
        else expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
