import { FakeClock } from '@foreshadow/testkit';
import { expect, it } from 'vitest';
import { Attempts } from '../src/attempts.ts';

it('says what fails once, each new reason, the same one each half minute, and that it works again', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const say = (details: { err?: Error }, message: string): void => {
    said.push(details.err === undefined ? message : `${message}: ${details.err.message}`);
  };
  const attempts = new Attempts({ info: say, warn: say, error: say }, clock);
  const fail = (why: string) => attempts.run('read', () => Promise.reject(new Error(why)));
  for (let s = 0; s < 45; s++) {
    expect(await fail('away')).toBeUndefined();
    await clock.advance(1000);
  }
  await fail('foreign entry');
  await fail('foreign entry');
  expect(await attempts.run('commit', () => Promise.resolve(1))).toBe(1);
  expect(await attempts.run('read', () => Promise.resolve(2))).toBe(2);
  expect(said).toEqual([
    'read: failed: away',
    'read: fails still: away',
    'read: fails still: foreign entry',
    'read: works again',
  ]);
});
