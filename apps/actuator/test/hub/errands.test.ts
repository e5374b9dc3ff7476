import type { ActuatorCommand } from '@foreshadow/protocol';
import { describe, expect, it, vi } from 'vitest';
import { Errands } from '../../src/hub/errands.ts';

const command = (stream: string): ActuatorCommand => ({ kind: 'events-update', stream, events: [] });

describe('errands', () => {
  it('are run in order while there is room, one a subject', () => {
    const errands = new Errands();
    errands.put('a', () => command('old'));
    errands.put('b', () => command('b'));
    errands.put('a', () => command('a'));
    const sent: unknown[] = [];
    let room = 1;
    const run = () =>
      errands.run(
        () => room-- > 0,
        (c) => sent.push('stream' in c && c.stream),
        vi.fn(),
      );
    run();
    expect([sent, errands.size]).toEqual([['a'], 1]);
    room = 5;
    run();
    expect([sent, errands.size]).toEqual([['a', 'b'], 0]);
  });

  it('wait until they can be run, and vanish where they are not needed', () => {
    const errands = new Errands();
    const answers: (ActuatorCommand | 'later' | undefined)[] = ['later', 'later', command('a')];
    errands.put('a', () => answers.shift());
    errands.put('b', () => undefined);
    const send = vi.fn();
    for (let i = 0; i < 3; i++) errands.run(() => true, send, vi.fn());
    expect(send).toHaveBeenCalledTimes(1);
    expect(errands.size).toBe(0);
  });

  it('that fail are told, and hold no other back', () => {
    const errands = new Errands();
    errands.put('a', () => {
      throw new Error('broken');
    });
    errands.put('b', () => command('b'));
    const [send, fail] = [vi.fn(), vi.fn()];
    errands.run(() => true, send, fail);
    expect([send.mock.calls.length, fail.mock.calls.length, errands.size]).toEqual([1, 1, 0]);
  });
});
