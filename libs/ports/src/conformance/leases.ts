import { describe, expect, it } from 'vitest';
import type { Lease, Leases } from '../leases.ts';
import { eachTest, type Subject } from './subject.ts';

const TTL_MS = 200;
const PAST_TTL_MS = 250;

/** What every `Leases` must do. `make` gives one without any lease. */
export function leasesSuite(name: string, make: () => Promise<Subject<Leases>>): void {
  describe(`Leases: ${name}`, () => {
    const subject = eachTest(make);
    holding(() => subject().adapter);
    runningOut(subject);
  });
}

async function taken(leases: Leases, name: string, owner: string): Promise<Lease> {
  const lease = await leases.acquire(name, owner, TTL_MS);
  if (lease === undefined) throw new Error(`'${name}' is held by somebody else`);
  return lease;
}

function holding(leases: () => Leases): void {
  it('is held by one at a time', async () => {
    const lease = await taken(leases(), 'a', 'one');
    expect(lease).toMatchObject({ name: 'a', owner: 'one' });
    expect(await leases().acquire('a', 'two', TTL_MS)).toBeUndefined();
    expect(await leases().holder('a')).toEqual(lease);
    expect(await leases().holder('b')).toBeUndefined();
    expect(await taken(leases(), 'b', 'two')).toMatchObject({ owner: 'two' });
  });

  it('lets exactly one of several win', async () => {
    const tries = Array.from({ length: 10 }, (_, i) => leases().acquire('a', `owner ${i}`, TTL_MS));
    expect((await Promise.all(tries)).filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it('renews for its owner under the same token', async () => {
    const lease = await taken(leases(), 'a', 'one');
    expect((await taken(leases(), 'a', 'one')).token).toBe(lease.token);
    expect(await leases().renew(lease, TTL_MS)).toBe(true);
    expect(await leases().holder('a')).toEqual(lease);
  });

  it('is free after release, under a larger token', async () => {
    const lease = await taken(leases(), 'a', 'one');
    await leases().release(lease);
    expect(await leases().holder('a')).toBeUndefined();
    const next = await taken(leases(), 'a', 'two');
    expect(next.token).toBeGreaterThan(lease.token);
    const again = await taken(leases(), 'a', 'two');
    expect(again.token).toBe(next.token);
  });

  it('releases and renews nothing under a token that was superseded', async () => {
    const stale = await taken(leases(), 'a', 'one');
    await leases().release(stale);
    const current = await taken(leases(), 'a', 'one');
    await leases().release(stale);
    expect(await leases().holder('a')).toEqual(current);
    expect(await leases().renew(stale, TTL_MS)).toBe(false);
    expect(await leases().renew({ ...current, owner: 'two' }, TTL_MS)).toBe(false);
  });

  it('refuses what is no duration and no name', async () => {
    for (const ttlMs of [Number.NaN, -1]) {
      await expect(leases().acquire('a', 'one', ttlMs)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(leases().acquire('', 'one', TTL_MS)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(leases().acquire('a', '', TTL_MS)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('refuses everything once it is closed, and closes twice', async () => {
    await leases().close();
    await leases().close();
    await expect(leases().acquire('a', 'one', TTL_MS)).rejects.toMatchObject({ code: 'CLOSED' });
  });
}

function runningOut(subject: () => Subject<Leases>): void {
  const leases = (): Leases => subject().adapter;

  it('runs out, and goes to another under a larger token', async () => {
    const lease = await taken(leases(), 'a', 'one');
    await subject().advance(PAST_TTL_MS);
    expect(await leases().holder('a')).toBeUndefined();
    expect(await leases().renew(lease, TTL_MS)).toBe(false);
    expect((await taken(leases(), 'a', 'two')).token).toBeGreaterThan(lease.token);
  });

  it('grows the token when its former owner takes it anew', async () => {
    const lease = await taken(leases(), 'a', 'one');
    await subject().advance(PAST_TTL_MS);
    expect((await taken(leases(), 'a', 'one')).token).toBeGreaterThan(lease.token);
  });

  it('lasts while it is renewed', async () => {
    const lease = await taken(leases(), 'a', 'one');
    for (let i = 0; i < 3; i++) {
      await subject().advance(TTL_MS / 2);
      expect(await leases().renew(lease, TTL_MS)).toBe(true);
    }
    expect(await leases().acquire('a', 'two', TTL_MS)).toBeUndefined();
  });
}
