import type { PartitionKey } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import type { StreamLog } from '../stream-log.ts';
import { recordsOf, textOf } from './records.ts';

const A: PartitionKey = 'orders/0';
const B: PartitionKey = 'orders/1';

/** Groups, fencing, lag and trimming of a `StreamLog`. */
export function streamLogGroups(log: () => StreamLog): void {
  committing(log);
  fencing(log);
  lagging(log);
  trimming(log);
}

/** A stream of two partitions with `count` records in the first. */
async function filled(log: StreamLog, count: number): Promise<void> {
  await log.createStream('orders', 2);
  await log.append(new Map([[A, recordsOf('r', count)]]));
}

function committing(log: () => StreamLog): void {
  it('keeps what groups commit apart, by group and by partition', async () => {
    await filled(log(), 10);
    await log().append(new Map([[B, recordsOf('s', 10)]]));
    await log().commit(A, 'one', 4, 1);
    await log().commit(A, 'two', 7, 1);
    await log().commit(B, 'one', 2, 1);
    expect(await log().committed(A, 'one')).toBe(4);
    expect(await log().committed(A, 'two')).toBe(7);
    expect(await log().committed(B, 'one')).toBe(2);
    expect(await log().committed(B, 'two')).toBe(0);
    expect(await log().committed(A, 'on')).toBe(0);
  });

  it('never moves a commit back', async () => {
    await filled(log(), 10);
    await log().commit(A, 'g', 6, 1);
    await log().commit(A, 'g', 3, 1);
    expect(await log().committed(A, 'g')).toBe(6);
  });

  it('refuses to commit beyond the end or to no position', async () => {
    await filled(log(), 10);
    for (const next of [11, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(log().commit(A, 'g', next, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(log().commit(A, '', 1, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await log().committed(A, 'g')).toBe(0);
  });
}

function fencing(log: () => StreamLog): void {
  it('refuses a commit under a token that was superseded', async () => {
    await filled(log(), 10);
    expect(await log().claim(A, 'g', 1)).toBe(0);
    await log().commit(A, 'g', 3, 1);
    expect(await log().claim(A, 'g', 2)).toBe(3);
    await expect(log().commit(A, 'g', 5, 1)).rejects.toMatchObject({ code: 'FENCED' });
    expect(await log().committed(A, 'g')).toBe(3);
    await log().commit(A, 'g', 5, 2);
    expect(await log().committed(A, 'g')).toBe(5);
  });

  it('refuses a claim under a smaller token and repeats one under the same', async () => {
    await filled(log(), 10);
    await log().claim(A, 'g', 5);
    await expect(log().claim(A, 'g', 4)).rejects.toMatchObject({ code: 'FENCED' });
    expect(await log().claim(A, 'g', 5)).toBe(0);
    await expect(log().claim(A, 'g', Number.NaN)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('takes a commit under a larger token as a claim', async () => {
    await filled(log(), 10);
    await log().commit(A, 'g', 2, 7);
    await expect(log().commit(A, 'g', 4, 6)).rejects.toMatchObject({ code: 'FENCED' });
  });

  it('fences by group and partition', async () => {
    await filled(log(), 10);
    await log().append(new Map([[B, recordsOf('s', 1)]]));
    await log().claim(A, 'g', 9);
    await log().commit(A, 'h', 1, 1);
    await log().commit(B, 'g', 1, 1);
    expect(await log().committed(A, 'h')).toBe(1);
    expect(await log().committed(B, 'g')).toBe(1);
  });
}

function lagging(log: () => StreamLog): void {
  it('tells how far a group is behind and since when', async () => {
    await log().createStream('orders', 2);
    expect(await log().lag(A, 'g')).toEqual({ records: 0, oldestTimestampMs: undefined });
    await log().append(new Map([[A, recordsOf('r', 10)]]));
    expect(await log().lag(A, 'g')).toEqual({ records: 10, oldestTimestampMs: 0 });
    await log().commit(A, 'g', 4, 1);
    expect(await log().lag(A, 'g')).toEqual({ records: 6, oldestTimestampMs: 4 });
    await log().commit(A, 'g', 10, 1);
    expect(await log().lag(A, 'g')).toEqual({ records: 0, oldestTimestampMs: undefined });
  });
}

function trimming(log: () => StreamLog): void {
  it('drops nothing while no group is known', async () => {
    await filled(log(), 10);
    expect(await log().trim(A, 0)).toBe(0);
    expect(await log().read(A, 0, 100, 0)).toHaveLength(10);
  });

  it('keeps what the slowest group has not committed', async () => {
    await filled(log(), 3000);
    await log().commit(A, 'fast', 2900, 1);
    await log().commit(A, 'slow', 1500, 1);
    expect(await log().trim(A, 0)).toBe(1500);
    expect(await log().trim(A, 0)).toBe(0);
    const read = await log().read(A, 0, 2, 0);
    expect(read.map((r) => [r.position, textOf(r)])).toEqual([
      [1500, 'r1500'],
      [1501, 'r1501'],
    ]);
    expect(await log().read(A, 1500, 5000, 0)).toHaveLength(1500);
    expect(await log().endPosition(A)).toBe(3000);
  });

  it('keeps a claimed group that has committed nothing', async () => {
    await filled(log(), 10);
    await log().commit(A, 'fast', 10, 1);
    await log().claim(A, 'slow', 1);
    expect(await log().trim(A, 0)).toBe(0);
  });

  it('keeps the last of what was committed, as many as asked', async () => {
    await filled(log(), 100);
    await log().commit(A, 'g', 80, 1);
    expect(await log().trim(A, 90)).toBe(0);
    expect(await log().trim(A, 30)).toBe(50);
    expect((await log().read(A, 0, 1, 0))[0]?.position).toBe(50);
    await expect(log().trim(A, Number.NaN)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('goes on after everything was dropped', async () => {
    await filled(log(), 2048);
    await log().commit(A, 'g', 2048, 1);
    expect(await log().trim(A, 0)).toBe(2048);
    expect(await log().read(A, 0, 10, 0)).toEqual([]);
    const [appended] = await log().append(new Map([[A, recordsOf('n', 2)]]));
    expect(appended).toEqual({ partition: A, first: 2048, count: 2 });
    expect((await log().read(A, 0, 10, 0)).map(textOf)).toEqual(['n0', 'n1']);
    expect(await log().lag(A, 'late')).toEqual({ records: 2, oldestTimestampMs: 0 });
  });
}
