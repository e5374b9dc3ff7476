import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Clock, systemClock } from '@foreshadow/domain';

/**
 * A clock whose monotonic time is the machine's: `process.hrtime` counts from boot (CLOCK_MONOTONIC on Linux,
 * mach_absolute_time on macOS), so that processes of one machine can compare their readings.
 */
export const machineClock: Clock = {
  nowMs: () => systemClock.nowMs(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
};

/** A number that differs between boots of the machine, 0 where the platform does not tell. */
export function bootNumber(): number {
  const hex = bootUuid().replaceAll('-', '').slice(0, 13);
  return /^[0-9a-f]{13}$/i.test(hex) ? Number.parseInt(hex, 16) : 0;
}

function bootUuid(): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    if (process.platform === 'darwin') {
      return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' });
    }
  } catch {
    // Not told: a reading that went back still gives a reboot away.
  }
  return '';
}
