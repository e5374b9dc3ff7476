import type { ResourceVector } from '@foreshadow/domain';
import { TokenBucket } from './token-bucket.ts';

/** What a process has used since its start. */
export interface Used {
  readonly cpuMs: number;
  readonly networkBytes: number;
  readonly diskBytes: number;
}

/** CPU time that may be saved up while idle. */
const CPU_BURST_MS = 100;
/** Network and disk allowance that may be saved up while idle: a second's load may come at once. */
const BYTES_BURST_MS = 1000;
/** Reads carry at most so much of the allowance on credit: small, so that debts are short. */
const READ_AHEAD_MS = 100;

/** The byte rate of an allowance, per millisecond, and its burst. */
const bytesOf = (perSec: number): readonly [number, number] => [
  perSec / 1000,
  (perSec / 1000) * BYTES_BURST_MS,
];

/** Holds a process to its allowance of CPU, network and disk: a token bucket each, paid from what was used. */
export class Governors {
  readonly #cpu: TokenBucket;
  readonly #network: TokenBucket;
  readonly #disk: TokenBucket;
  #networkBytesPerMs: number;
  #charged: Used;

  /** @param used so far: not to be paid for. */
  constructor(allowance: ResourceVector, used: Used, nowMs: number) {
    this.#cpu = new TokenBucket(allowance.cpuCores, CPU_BURST_MS, nowMs);
    this.#network = new TokenBucket(...bytesOf(allowance.networkBytesPerSec), nowMs);
    this.#disk = new TokenBucket(...bytesOf(allowance.diskBytesPerSec), nowMs);
    this.#networkBytesPerMs = allowance.networkBytesPerSec / 1000;
    this.#charged = used;
  }

  setAllowance(allowance: ResourceVector, nowMs: number): void {
    this.#cpu.setRate(allowance.cpuCores, CPU_BURST_MS, nowMs);
    this.#network.setRate(...bytesOf(allowance.networkBytesPerSec), nowMs);
    this.#disk.setRate(...bytesOf(allowance.diskBytesPerSec), nowMs);
    this.#networkBytesPerMs = allowance.networkBytesPerSec / 1000;
  }

  /** Pay for what was used since the last call. */
  charge(used: Used, nowMs: number): void {
    this.#cpu.charge(used.cpuMs - this.#charged.cpuMs, nowMs);
    this.#network.charge(used.networkBytes - this.#charged.networkBytes, nowMs);
    this.#disk.charge(used.diskBytes - this.#charged.diskBytes, nowMs);
    this.#charged = used;
  }

  /** Time until records may be handled: no debt of any kind is left. */
  waitMs(nowMs: number): number {
    return Math.max(this.#cpu.waitMs(nowMs), this.#network.waitMs(nowMs), this.#disk.waitMs(nowMs));
  }

  /** Time until more may be read. */
  readWaitMs(nowMs: number): number {
    return this.#network.waitMs(nowMs);
  }

  /** Bytes that may be read at once, over all partitions. */
  readableBytes(nowMs: number): number {
    return Math.max(this.#network.credit(nowMs), this.#networkBytesPerMs * READ_AHEAD_MS);
  }
}
