import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartitionKey, parsePartitionKey, partitionKey } from '@foreshadow/domain';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AckedPositions } from '../../src/workload/acked-positions.ts';
import { burn, roundsFor } from '../../src/workload/cost.ts';
import { createHandler } from '../../src/workload/handler.ts';
import { auditLedger, LedgerWriter } from '../../src/workload/ledger.ts';

const root = mkdtempSync(join(tmpdir(), 'ledger-'));
afterAll(() => rmSync(root, { recursive: true }));
let dirs = 0;
const newDir = (): string => join(root, String(++dirs));

const ends = (...counts: number[]): Map<PartitionKey, number> =>
  new Map(counts.map((end, i) => [partitionKey('orders', i), end]));

describe('auditLedger', () => {
  it('finds nothing lost where every record was handled once, by whichever worker', () => {
    const dir = newDir();
    new LedgerWriter(dir, 'a').append(0, [0, 1, 2]);
    const b = new LedgerWriter(dir, 'b');
    b.append(1, [0, 1]);
    b.append(0, [3]);
    expect(auditLedger(dir, ends(4, 2), new Map())).toEqual({
      recordsIn: 6,
      recordsProcessed: 6,
      lost: 0,
      duplicates: 0,
    });
  });

  it('counts what was never handled, and handlings beyond the first', () => {
    const dir = newDir();
    new LedgerWriter(dir, 'a').append(0, [0, 1, 4]);
    new LedgerWriter(dir, 'b').append(0, [1, 1]);
    expect(auditLedger(dir, ends(6), new Map())).toEqual({
      recordsIn: 6,
      recordsProcessed: 3,
      lost: 3,
      duplicates: 2,
    });
  });

  it('counts what was acknowledged and is not in the log as lost', () => {
    const dir = newDir();
    new LedgerWriter(dir, 'a').append(0, [0, 1]);
    const acked = new AckedPositions();
    acked.add('orders', {
      accepted: 4,
      partitions: { '0': { first: 0, count: 2 }, '1': { first: 0, count: 2 } },
    });
    acked.add('orders', { accepted: 2, partitions: { '0': { first: 2, count: 2 } } });
    expect(auditLedger(dir, ends(2, 0), acked.ranges).lost).toBe(4);
  });

  it('leaves out half an entry at the end of a killed worker’s file', () => {
    const dir = newDir();
    new LedgerWriter(dir, 'a').append(0, [0, 1]);
    appendFileSync(join(dir, readdirSync(dir)[0]!), Buffer.alloc(7));
    expect(auditLedger(dir, ends(2), new Map())).toMatchObject({ recordsProcessed: 2, duplicates: 0 });
  });

  it('agrees with counting by hand for any handling', () => {
    const handled = fc.array(fc.tuple(fc.nat(2), fc.nat(12)), { maxLength: 60 });
    fc.assert(
      fc.property(handled, (entries) => {
        const dir = newDir();
        const writer = new LedgerWriter(dir, 'w');
        for (const [partition, position] of entries) writer.append(partition, [position]);
        const within = entries.filter(([, position]) => position < 10).map(([a, b]) => `${a}/${b}`);
        const audit = auditLedger(dir, ends(10, 10, 10), new Map());
        expect(audit.recordsProcessed).toBe(new Set(within).size);
        expect(audit.duplicates).toBe(within.length - new Set(within).size);
        expect(audit.lost).toBe(30 - new Set(within).size);
      }),
      { numRuns: 20 },
    );
  });
});

describe('AckedPositions', () => {
  it('keeps adjacent batches as one range', () => {
    const acked = new AckedPositions();
    for (const first of [0, 5, 10]) acked.add('s', { accepted: 5, partitions: { '3': { first, count: 5 } } });
    acked.add('s', { accepted: 1, partitions: { '3': { first: 40, count: 1 } } });
    expect(acked.ranges.get('s/3')).toEqual([
      { first: 0, end: 15 },
      { first: 40, end: 41 },
    ]);
  });
});

describe('the demo’s handler', () => {
  const context = {
    partition: partitionKey('orders', 5),
    token: 1,
    signal: new AbortController().signal,
    addWork: () => {},
    addNetworkBytes: () => {},
    addDiskBytes: () => {},
  };
  const recordOf = (value: unknown, position: number) => ({
    key: undefined,
    value: new TextEncoder().encode(JSON.stringify(value)),
    timestampMs: 0,
    position,
  });

  it('notes each record in the ledger and says how many bytes it wrote', async () => {
    const dir = newDir();
    let written = 0;
    const handler = createHandler(dir);
    const records = [recordOf({ items: [1, 2] }, 0), recordOf('any text', 1), recordOf(null, 2)];
    await handler(records, { ...context, addDiskBytes: (n) => void (written += n) });
    const all = new Map([[context.partition, 3]]);
    const { stream } = parsePartitionKey(context.partition);
    expect(auditLedger(join(dir, stream), all, new Map())).toMatchObject({ recordsProcessed: 3, lost: 0 });
    expect(written).toBe(36);
  });

  it('costs more for more items, bytes and tokens, within bounds', () => {
    expect(roundsFor({ items: [1, 2, 3] }, 300)).toBe(1800);
    expect(roundsFor({ items: [1] }, 300)).toBe(1000);
    expect(roundsFor({ contextTokens: 2000, generatedTokens: 30 }, 100)).toBe(2600);
    expect(roundsFor({ contextTokens: 1e9 }, 100)).toBe(20_000);
    expect(roundsFor({ items: [1], checks: 20 }, 300)).toBe(20_000);
    expect(roundsFor({ items: [1], checks: 1e9 }, 300)).toBe(20_000);
    expect(roundsFor({ items: [1], checks: 'x' }, 300)).toBe(1000);
    expect(roundsFor({ contextTokens: -5, generatedTokens: Number.NaN }, 100)).toBe(1);
    for (const value of [null, 'text', 7, [], { items: 'none' }]) {
      expect(roundsFor(value, 100)).toBe(600);
    }
  });

  it('does its rounds for real: the result depends on their number', () => {
    const value = new TextEncoder().encode('x');
    expect(burn(value, 10)).not.toEqual(burn(value, 11));
    expect(burn(value, 10)).toEqual(burn(value, 10));
  });
});
