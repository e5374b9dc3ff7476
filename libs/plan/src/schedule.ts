import type { Scenario } from './scenarios.ts';
import type { Speed } from './speeds.ts';
import { lateShare } from './waiting.ts';

/** What a pool of workers of one size is scaled by. Work in CPU seconds of demand, cost in worker-seconds. */
export interface ScheduleProblem {
  /** How demand may go on, equally likely; all of the same number of steps. */
  readonly scenarios: readonly Scenario[];
  readonly stepSeconds: number;
  /** Counts that may be chosen, ascending. */
  readonly speeds: readonly Speed[];
  /** Workers that serve in each step until an order given now is served, if nothing is changed. */
  readonly supply: readonly number[];
  /** Workers that are ordered. */
  readonly current: number;
  readonly backlogCpuSeconds: number;
  readonly coresPerWorker: number;
  /** Worker-seconds that a worker-second of late work is worth. */
  readonly latePrice: number;
  /** Work is late when it is not done this long after it was asked for. */
  readonly targetLagSeconds: number;
  readonly leadSeconds: number;
  /** Work rests this long when owners change. */
  readonly pauseSeconds: number;
  readonly drainSeconds: number;
  readonly mayShrink: boolean;
}

export interface Schedule {
  readonly workers: number;
  /** Share of the work until the horizon that is expected to be late if nothing is changed, 0–1. */
  readonly lateShareIfKept: number;
}

/** Work that still waits at the horizon beyond the target lag will be late, and so will as much of what comes after it. */
const LATE_AFTER_END = 2;

/**
 * How many workers to ask for now: the first step of the cheapest schedule over the horizon, by dynamic programming over counts,
 * where workers that start are paid for before they work, changes make all work rest, and late work has a price. Its mean
 * over the scenarios is what counts, so how likely it is to be late is weighed, and no quantile need be guessed. An order works after the
 * lead time; to give workers up works at once, and they cannot be back before.
 */
export function decideSchedule(p: ScheduleProblem): Schedule {
  return new Planner(p).decide();
}

class Planner {
  readonly #p: ScheduleProblem;
  readonly #lead: number;
  readonly #ahead: number;
  readonly #pause: number;
  readonly #late: Float64Array;
  readonly #lateAtChange: Float64Array;
  /** Count that is kept if nothing is changed. */
  readonly #held: number;
  /** What waits with each count before each step in each scenario. */
  readonly #waiting: Float64Array;

  constructor(p: ScheduleProblem) {
    this.#p = p;
    this.#lead = p.supply.length;
    this.#ahead = (p.scenarios[0]?.length ?? 0) - this.#lead;
    this.#pause = Math.min(p.stepSeconds, p.pauseSeconds);
    this.#late = new Float64Array(p.speeds.length * this.#ahead);
    this.#lateAtChange = new Float64Array(p.speeds.length * this.#ahead);
    this.#held = this.#indexOf(p.current);
    this.#waiting = new Float64Array(p.speeds.length * p.scenarios.length * this.#ahead);
  }

  decide(): Schedule {
    const { speeds, current, mayShrink } = this.#p;
    const kept = this.#until((step) => this.#p.supply[step]!, this.#p.supply[0] ?? 0);
    this.#judge(kept.backlogs);
    const { first, value } = this.#values();
    let best = this.#held;
    let least = Infinity;
    for (let j = this.#held; j < speeds.length; j++) {
      const isMore = j !== this.#held && speeds[j]!.workers > current;
      const cost =
        first[j]! + (isMore ? this.#movingCost(current, speeds[j]!.workers) + this.#growthCost(j, 0) : 0);
      if (cost < least - 1e-9) [best, least] = [j, cost];
    }
    const lateShareIfKept = this.#shareIfKept(kept.late);
    const grown = Math.max(current, speeds[best]?.workers ?? current);
    if (grown > current || !mayShrink) return { workers: grown, lateShareIfKept };
    return { workers: this.#shrunk(value, kept), lateShareIfKept };
  }

  /** Fewest workers that it is cheaper to have from now on, the way back included. */
  #shrunk(value: Float64Array, kept: Played): number {
    const { speeds, supply, current, stepSeconds, scenarios } = this.#p;
    const leadCost = this.#lead * stepSeconds;
    let workers = current;
    let least = current * leadCost + this.#priceOf(kept.late) + (value[this.#held] ?? 0);
    const ready = supply[0] ?? 0;
    for (let j = this.#held; j >= 0; j--) {
      const { workers: fewer } = speeds[j]!;
      if (fewer >= current) continue;
      const played = this.#until((step) => Math.min(fewer, supply[step]!), ready <= fewer ? ready : -1);
      const late = this.#priceOf(played.late);
      if (late >= least) continue;
      let left = 0;
      for (let s = 0; s < scenarios.length; s++) {
        left += Math.max(0, played.backlogs[s]! - kept.backlogs[s]!) / scenarios.length;
      }
      const waiting = this.#priceOf(LATE_AFTER_END * left);
      const moving = this.#movingCost(current, fewer);
      const cost = fewer * leadCost + moving + late + waiting + value[j]!;
      if (cost < least) [workers, least] = [fewer, cost];
    }
    return workers;
  }

  #priceOf(lateCpuSeconds: number): number {
    return (this.#p.latePrice * lateCpuSeconds) / this.#p.coresPerWorker;
  }

  /** What changes to a count cost by the rest that they bring. */
  #changeCost(j: number, step: number): number {
    const at = j * this.#ahead + step;
    return this.#priceOf(this.#lateAtChange[at]! - this.#late[at]!);
  }

  /**
   * What a change from the present count to more workers in step `k` costs by what has piled up until then and while work rests: to
   * wait is not free.
   */
  #growthCost(to: number, k: number): number {
    const { scenarios, speeds, stepSeconds } = this.#p;
    const { cores } = speeds[to]!;
    const restSeconds = (this.#ahead - k) * stepSeconds;
    let late = 0;
    for (let s = 0; s < scenarios.length; s++) {
      const before = this.#waitingAt(this.#held, s, k) + cores * this.#pause;
      const demand = scenarios[s]![this.#lead + k]!;
      const more =
        this.#lateSeconds(before, demand, cores) -
        this.#lateSeconds(this.#waitingAt(to, s, k), demand, cores);
      late += demand * Math.max(0, Math.min(restSeconds, more));
      const piled = before - this.#waitingAt(to, s, k) - Math.max(0, cores - demand) * restSeconds;
      late += LATE_AFTER_END * Math.max(0, piled);
    }
    return this.#priceOf(late / scenarios.length);
  }

  /** Workers that start or leave are paid for, and so are those that rest. */
  #movingCost(from: number, to: number): number {
    const { leadSeconds, drainSeconds } = this.#p;
    return (to > from ? (to - from) * leadSeconds : (from - to) * drainSeconds) + to * this.#pause;
  }

  #waitingAt(count: number, scenario: number, step: number): number {
    return this.#waiting[(count * this.#p.scenarios.length + scenario) * this.#ahead + step]!;
  }

  /** Time until nobody has to wait for longer than the target. */
  #lateSeconds(waiting: number, demand: number, cores: number): number {
    const beyond = waiting - this.#p.targetLagSeconds * cores;
    if (beyond <= 0) return 0;
    return cores > demand ? beyond / (cores - demand) : this.#ahead * this.#p.stepSeconds;
  }

  #indexOf(workers: number): number {
    const { speeds } = this.#p;
    let index = 0;
    while (index + 1 < speeds.length && speeds[index + 1]!.workers <= workers) index++;
    return index;
  }

  #coresOf(workers: number): number {
    const first = this.#p.speeds[0];
    if (first === undefined) return 0;
    const found = this.#p.speeds[this.#indexOf(workers)]!;
    return found.workers <= workers ? found.cores : (first.cores * Math.max(0, workers)) / first.workers;
  }

  /** Play each scenario until an order given now is served. */
  #until(workersIn: (step: number) => number, workersBefore: number): Played {
    const { scenarios, backlogCpuSeconds, stepSeconds, targetLagSeconds } = this.#p;
    const counts = Array.from({ length: this.#lead }, (_, step) => workersIn(step));
    const cores = counts.map((n) => this.#coresOf(n));
    const rests = counts.map((n, step) => (n === (counts[step - 1] ?? workersBefore) ? 0 : this.#pause));
    const backlogs = new Float64Array(scenarios.length).fill(backlogCpuSeconds);
    let late = 0;
    for (const [s, scenario] of scenarios.entries()) {
      let before = backlogCpuSeconds;
      for (let step = 0; step < this.#lead; step++) {
        const asked = scenario[step]! * stepSeconds;
        const speed = cores[step]!;
        const rest = rests[step]!;
        const after = Math.max(0, before + asked - speed * (stepSeconds - rest));
        if (before > 0 || after > 0) {
          late += asked * (speed > 0 ? lateShare(before / speed + rest, after / speed, targetLagSeconds) : 1);
        }
        before = after;
      }
      backlogs[s] = before;
    }
    return { late: late / Math.max(1, scenarios.length), backlogs };
  }

  /** Late work of each step at each count, with and without a change just then, from what waits when the lead time is over. */
  #judge(backlogs: Float64Array): void {
    const { scenarios, speeds, stepSeconds, targetLagSeconds } = this.#p;
    const { length } = scenarios;
    const waiting = this.#waiting;
    for (const [j, { cores }] of speeds.entries()) {
      const row = j * this.#ahead;
      let atEnd = 0;
      for (let s = 0; s < length; s++) {
        const scenario = scenarios[s]!;
        let before = backlogs[s]!;
        for (let k = 0; k < this.#ahead; k++) {
          waiting[(j * length + s) * this.#ahead + k] = before;
          const asked = scenario[this.#lead + k]! * stepSeconds;
          const waits = before + asked - cores * stepSeconds;
          const after = waits > 0 ? waits : 0;
          if (before > 0 || after > 0) {
            this.#late[row + k]! += asked * lateShare(before / cores, after / cores, targetLagSeconds);
          }
          const rested = waits + cores * this.#pause;
          if (rested > 0) {
            const first = before / cores + this.#pause;
            this.#lateAtChange[row + k]! += asked * lateShare(first, rested / cores, targetLagSeconds);
          }
          before = after;
        }
        atEnd += Math.max(0, before - targetLagSeconds * cores);
      }
      if (this.#ahead > 0) this.#late[row + this.#ahead - 1]! += LATE_AFTER_END * atEnd;
      for (let k = row; k < row + this.#ahead; k++) {
        this.#late[k]! /= length;
        this.#lateAtChange[k]! /= length;
      }
    }
  }

  /** Cost from the end of the lead time on: of beginning with each count, and of what is best to go on with from each. */
  #values(): { readonly first: Float64Array; readonly value: Float64Array } {
    const { speeds, stepSeconds } = this.#p;
    let value = new Float64Array(speeds.length);
    let first = value;
    for (let k = this.#ahead - 1; k >= 0; k--) {
      first = value.map((rest, j) => {
        const late = this.#priceOf(this.#late[j * this.#ahead + k]!);
        return rest + speeds[j]!.workers * stepSeconds + late;
      });
      const now = first;
      const grown = speeds.map((_, to) => (to > this.#held ? this.#growthCost(to, k) : 0));
      value = first.map((stay, from) =>
        now.reduce((least, cost, to) => {
          // What is ordered now is to be enough: pools jump to the count that they need.
          if (to === from || (to > from && from > this.#held)) return least;
          const moving = this.#movingCost(speeds[from]!.workers, speeds[to]!.workers);
          const late = to > from && to > this.#held ? grown[to]! : Math.max(0, this.#changeCost(to, k));
          return Math.min(least, cost + moving + late);
        }, stay),
      );
    }
    return { first, value };
  }

  #shareIfKept(lateInLead: number): number {
    const { scenarios, stepSeconds } = this.#p;
    let late = lateInLead;
    for (let k = 0; k < this.#ahead; k++) late += this.#late[this.#held * this.#ahead + k]!;
    let asked = 0;
    for (const scenario of scenarios) for (const cores of scenario) asked += cores * stepSeconds;
    return asked > 0 ? Math.min(1, (late * scenarios.length) / asked) : 0;
  }
}

interface Played {
  /** Mean late work, CPU seconds. */
  readonly late: number;
  /** What waits in each scenario at the end, CPU seconds. */
  readonly backlogs: Float64Array;
}
