import type { Clock } from '@foreshadow/domain';

/** Bytes that a `Deadline` takes. */
export const DEADLINE_BYTES = 24;

/** An instant on the machine's monotonic clock up to which something holds. */
export interface Deadline {
  readonly boot: number;
  readonly setAtMs: number;
  readonly expiresAtMs: number;
}

/** Sets deadlines and tells whether they have passed, across processes and reboots of one machine. */
export class MachineTime {
  readonly #clock: Clock;
  readonly #boot: number;

  /** `clock.monotonicMs` must count alike in all processes, as `machineClock` does. */
  constructor(clock: Clock, boot: number) {
    this.#clock = clock;
    this.#boot = boot;
  }

  /** The deadline `ttlMs` from now; `Infinity`: never. */
  after(ttlMs: number): Deadline {
    const setAtMs = this.#clock.monotonicMs();
    return { boot: this.#boot, setAtMs, expiresAtMs: setAtMs + ttlMs };
  }

  /**
   * True once the deadline passed. After a reboot monotonic time starts anew and says nothing about how long ago the
   * deadline was set; whoever set it is gone, so it counts as passed.
   */
  isPast(deadline: Deadline): boolean {
    if (deadline.expiresAtMs === Infinity) return false;
    const nowMs = this.#clock.monotonicMs();
    return deadline.boot !== this.#boot || nowMs < deadline.setAtMs || nowMs >= deadline.expiresAtMs;
  }
}

export function writeDeadline(target: Buffer, offset: number, deadline: Deadline): void {
  target.writeDoubleLE(deadline.boot, offset);
  target.writeDoubleLE(deadline.setAtMs, offset + 8);
  target.writeDoubleLE(deadline.expiresAtMs, offset + 16);
}

export function readDeadline(source: Buffer, offset: number): Deadline {
  return {
    boot: source.readDoubleLE(offset),
    setAtMs: source.readDoubleLE(offset + 8),
    expiresAtMs: source.readDoubleLE(offset + 16),
  };
}
