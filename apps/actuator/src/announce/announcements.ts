import type { AnnouncedEvent, Clock } from '@foreshadow/domain';
import type { StateStore } from '@foreshadow/ports';
import { decodeState, encodeState } from '../control/saved-state.ts';
import { ActuatorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { MAX_EVENTS } from './event-input.ts';

/** An event that is over is kept for forecasters so long: what it did to the load is still being learned. */
const LEARN_MS = 3_600_000;

export interface AnnouncementsOptions {
  readonly streams: readonly string[];
  readonly store: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each list that changed, events that ended lately included. */
  readonly onChange: (stream: string, events: readonly AnnouncedEvent[]) => void;
}

/** Events that were announced for streams, kept in the state store under `actuator/announced/<stream>`. */
export class Announcements {
  readonly #o: AnnouncementsOptions;
  readonly #events = new Map<string, readonly AnnouncedEvent[]>();
  /** Changes are made one after another, each on what the one before left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: AnnouncementsOptions) {
    this.#o = options;
    for (const stream of options.streams) this.#events.set(stream, []);
  }

  /** Take up what was announced before a restart; a list that cannot be read is left and told. */
  async restore(): Promise<void> {
    const { store, logger, onChange } = this.#o;
    for (const stream of this.#events.keys()) {
      try {
        const entry = await store.get(keyOf(stream));
        if (entry === undefined) continue;
        const saved = decodeState(entry.value);
        if (!Array.isArray(saved) || !saved.every(isEvent)) {
          throw new ActuatorError('INVALID_STATE', 'saved events are damaged; announce them again');
        }
        this.#events.set(stream, this.#current(saved));
        onChange(stream, this.forForecasters(stream));
      } catch (err) {
        logger.warn({ stream, err }, 'announced events cannot be read; the stream begins without');
      }
    }
  }

  /** Events that are not over, by their beginning. @throws {ActuatorError} `UNKNOWN_STREAM` */
  list(stream: string): readonly AnnouncedEvent[] {
    const nowMs = this.#o.clock.nowMs();
    return this.#known(stream).filter((e) => e.toMs > nowMs);
  }

  /** What forecasters are told: events that ended lately too. */
  forForecasters(stream: string): readonly AnnouncedEvent[] {
    return this.#events.get(stream) ?? [];
  }

  /**
   * Add events, or change those that are announced already. They are saved before this resolves.
   * @throws {ActuatorError} `UNKNOWN_STREAM`, `TOO_MANY_EVENTS`; and what the store throws, then nothing changed
   */
  announce(stream: string, events: readonly AnnouncedEvent[]): Promise<void> {
    return this.#change(stream, (before) => {
      const byId = new Map([...before, ...events].map((event) => [event.id, event]));
      const all = [...byId.values()].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
      return this.#withinBounds(stream, all);
    });
  }

  /** @throws {ActuatorError} `UNKNOWN_STREAM`, `UNKNOWN_EVENT`; and what the store throws, then nothing changed */
  async withdraw(stream: string, id: string): Promise<void> {
    await this.#change(stream, (before) => {
      if (!before.some((event) => event.id === id)) {
        const known = before.map((event) => event.id).join(', ') || '(none)';
        throw new ActuatorError(
          'UNKNOWN_EVENT',
          `no event '${id}' of stream '${stream}'; there are ${known}`,
        );
      }
      return before.filter((event) => event.id !== id);
    });
  }

  /** Now and then: forget what ended long enough ago. */
  async expire(): Promise<void> {
    for (const [stream, events] of this.#events) {
      if (this.#current(events).length === events.length) continue;
      await this.#change(stream, (before) => before).catch((err: unknown) => {
        this.#o.logger.warn({ stream, err }, 'events that are over could not be dropped');
      });
    }
  }

  #change(
    stream: string,
    of: (before: readonly AnnouncedEvent[]) => readonly AnnouncedEvent[],
  ): Promise<void> {
    const change = this.#last.then(async () => {
      const events = of(this.#current(this.#known(stream)));
      await this.#o.store.put(keyOf(stream), encodeState(events));
      this.#events.set(stream, events);
      this.#o.onChange(stream, events);
    });
    this.#last = change.catch(() => undefined);
    return change;
  }

  /** Where there are too many, those that are over make room. */
  #withinBounds(stream: string, events: readonly AnnouncedEvent[]): readonly AnnouncedEvent[] {
    if (events.length <= MAX_EVENTS) return events;
    const nowMs = this.#o.clock.nowMs();
    const coming = events.filter((e) => e.toMs > nowMs);
    if (coming.length <= MAX_EVENTS) return coming;
    const message = `stream '${stream}' would have ${coming.length} events; at most ${MAX_EVENTS}: delete some`;
    throw new ActuatorError('TOO_MANY_EVENTS', message);
  }

  #current(events: readonly AnnouncedEvent[]): readonly AnnouncedEvent[] {
    const sinceMs = this.#o.clock.nowMs() - LEARN_MS;
    return events.filter((event) => event.toMs > sinceMs);
  }

  #known(stream: string): readonly AnnouncedEvent[] {
    const events = this.#events.get(stream);
    if (events !== undefined) return events;
    const known = [...this.#events.keys()].join(', ') || '(none)';
    throw new ActuatorError('UNKNOWN_STREAM', `no stream '${stream}'; there are ${known}`);
  }
}

const keyOf = (stream: string): string => `actuator/announced/${stream}`;

function isEvent(value: unknown): value is AnnouncedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { id, kind, fromMs, toMs, magnitude } = value as Partial<AnnouncedEvent>;
  const numbers = [fromMs, toMs, magnitude];
  return typeof id === 'string' && typeof kind === 'string' && numbers.every((n) => Number.isFinite(n));
}
