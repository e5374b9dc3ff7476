import type { AnnouncedEvent } from '@foreshadow/domain';
import { MemoryStateStore } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcements } from '../../src/announce/announcements.ts';
import { silentLogger } from '../../src/logger.ts';

let clock: FakeClock;
let store: MemoryStateStore;
const onChange = vi.fn();
const warn = vi.fn();
const make = () =>
  new Announcements({
    streams: ['orders', 'clicks'],
    store,
    clock,
    logger: { ...silentLogger, warn },
    onChange,
  });

function event(id: string, fromMinutes: number, minutes = 10): AnnouncedEvent {
  const fromMs = clock.nowMs() + fromMinutes * 60_000;
  return { id, kind: 'sale', fromMs, toMs: fromMs + minutes * 60_000, magnitude: 1 };
}

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStateStore(clock);
  onChange.mockReset();
  warn.mockReset();
});

describe('announced events', () => {
  it('are listed by their beginning, told, and there after a restart', async () => {
    const announcements = make();
    const [late, soon] = [event('late', 60), event('soon', 5)];
    await announcements.announce('orders', [late]);
    await announcements.announce('orders', [soon]);
    expect(announcements.list('orders')).toEqual([soon, late]);
    expect(announcements.list('clicks')).toEqual([]);
    expect(onChange).toHaveBeenLastCalledWith('orders', [soon, late]);
    const successor = make();
    await successor.restore();
    expect(successor.list('orders')).toEqual([soon, late]);
  });

  it('are replaced by their like, and can be taken back', async () => {
    const announcements = make();
    await announcements.announce('orders', [event('a', 5)]);
    await announcements.announce('orders', [{ ...event('a', 5), magnitude: 3 }]);
    expect(announcements.list('orders')).toMatchObject([{ id: 'a', magnitude: 3 }]);
    await expect(announcements.withdraw('orders', 'b')).rejects.toMatchObject({
      code: 'UNKNOWN_EVENT',
      message: "no event 'b' of stream 'orders'; there are a",
    });
    await announcements.withdraw('orders', 'a');
    expect(announcements.list('orders')).toEqual([]);
    expect(onChange).toHaveBeenLastCalledWith('orders', []);
  });

  it('are not shown once they are over, and forgotten an hour later', async () => {
    const announcements = make();
    await announcements.announce('orders', [event('a', 0, 10), event('b', 0, 300)]);
    await clock.advance(11 * 60_000);
    await announcements.expire();
    expect(announcements.list('orders').map((e) => e.id)).toEqual(['b']);
    expect(announcements.forForecasters('orders').map((e) => e.id)).toEqual(['a', 'b']);
    await clock.advance(60 * 60_000);
    await announcements.expire();
    expect(announcements.forForecasters('orders').map((e) => e.id)).toEqual(['b']);
    const successor = make();
    await successor.restore();
    expect(successor.forForecasters('orders').map((e) => e.id)).toEqual(['b']);
  });

  it('of unknown streams are refused', async () => {
    const refusal = { code: 'UNKNOWN_STREAM', message: "no stream 'x'; there are orders, clicks" };
    await expect(make().announce('x', [event('a', 1)])).rejects.toMatchObject(refusal);
    expect(() => make().list('x')).toThrow(expect.objectContaining(refusal));
  });

  it('are at most 256 a stream; those that are over make room', async () => {
    const announcements = make();
    const many = Array.from({ length: 256 }, (_, i) => event(`e${i}`, i === 0 ? 0 : 60));
    await announcements.announce('orders', many);
    await expect(announcements.announce('orders', [event('more', 60)])).rejects.toMatchObject({
      code: 'TOO_MANY_EVENTS',
    });
    await clock.advance(11 * 60_000);
    await announcements.announce('orders', [event('more', 60)]);
    expect(announcements.list('orders')).toHaveLength(256);
  });

  it('that could not be saved are not announced', async () => {
    const announcements = make();
    await announcements.announce('orders', [event('a', 5)]);
    vi.spyOn(store, 'put').mockRejectedValueOnce(new Error('no disk'));
    await expect(announcements.announce('orders', [event('b', 5)])).rejects.toThrow('no disk');
    expect(announcements.list('orders').map((e) => e.id)).toEqual(['a']);
    await announcements.announce('orders', [event('c', 6)]);
    expect(announcements.list('orders').map((e) => e.id)).toEqual(['a', 'c']);
  });

  it('announced at one moment all count', async () => {
    const announcements = make();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => announcements.announce('orders', [event(`e${i}`, i)])),
    );
    expect(announcements.list('orders')).toHaveLength(20);
  });

  it.each(['nonsense', '{"version":1,"value":[{"id":"a"}]}', '{"version":9,"value":[]}'])(
    'that are damaged are left, and said: %s',
    async (text) => {
      await store.put('actuator/announced/orders', new TextEncoder().encode(text));
      const announcements = make();
      await announcements.restore();
      expect(announcements.list('orders')).toEqual([]);
      expect(warn).toHaveBeenCalledTimes(1);
    },
  );
});
