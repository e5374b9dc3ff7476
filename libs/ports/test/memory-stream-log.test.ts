import { systemClock } from '@foreshadow/domain';
import { FakeClock } from '@foreshadow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStreamLog } from '../src/index.ts';

describe('MemoryStreamLog', () => {
  it('holds what a list would hold, whatever is appended, committed and trimmed', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), count: fc.nat(1500) }),
      fc.record({ do: fc.constant('trim' as const), retain: fc.nat(2000), commit: fc.nat(6000) }),
      fc.record({ do: fc.constant('read' as const), from: fc.nat(6000), max: fc.nat(2000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const log = new MemoryStreamLog(new FakeClock());
        await log.createStream('s', 1);
        let [start, end, committed] = [0, 0, 0];
        for (const s of steps) {
          if (s.do === 'append') {
            const records = Array.from({ length: s.count }, (_, i) => ({
              key: undefined,
              value: new Uint8Array(0),
              timestampMs: end + i,
            }));
            await log.append(new Map([['s/0', records]]));
            end += s.count;
          } else if (s.do === 'trim') {
            committed = Math.max(committed, Math.min(end, s.commit));
            await log.commit('s/0', 'g', committed, 1);
            const next = Math.max(start, committed - s.retain);
            expect(await log.trim('s/0', s.retain)).toBe(next - start);
            start = next;
          } else {
            const first = Math.max(start, s.from);
            const count = Math.max(0, Math.min(end - first, s.max));
            const read = await log.read('s/0', s.from, s.max, 0);
            expect(read.map((r) => r.position)).toEqual(Array.from({ length: count }, (_, i) => first + i));
            expect(read.every((r) => r.timestampMs === r.position)).toBe(true);
          }
          const lag = { records: end - Math.max(start, committed), oldest: Math.max(start, committed) };
          expect(await log.lag('s/0', 'g')).toEqual({
            records: lag.records,
            oldestTimestampMs: lag.records === 0 ? undefined : lag.oldest,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves no sleep behind when a record ends the wait', async () => {
    const clock = new FakeClock();
    const log = new MemoryStreamLog(clock);
    await log.createStream('s', 1);
    const pending = log.read('s/0', 0, 1, 60_000);
    expect(clock.sleeping).toBe(1);
    await log.append(new Map([['s/0', [{ key: 'k', value: new Uint8Array(1), timestampMs: 0 }]]]));
    expect(await pending).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  it('waits however long it is told to, on the real clock too', async () => {
    const log = new MemoryStreamLog(systemClock);
    await log.createStream('s', 1);
    const pending = log.read('s/0', 0, 1, Number.MAX_VALUE);
    await log.append(new Map([['s/0', [{ key: 'k', value: new Uint8Array(1), timestampMs: 0 }]]]));
    expect(await pending).toHaveLength(1);
  });
});
