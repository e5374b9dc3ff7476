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
  /** Count that is kept if nothing is changed. */
  readonly #held: number;
  /** Largest demand of each scenario within the lead time and beyond it: below it nothing need be played. */
  readonly #peakInLead: readonly number[];
  readonly #peakAhead: readonly number[];
  /** Late work of each step at each count, with and without a change just then: means over the scenarios, CPU seconds. */
  readonly #late: number[];
  readonly #lateAtChange: number[];
  /** The same of a change from the present count to each larger one, what has piled up until then included. */
  readonly #lateByGrowth: number[];

  constructor(p: ScheduleProblem) {
    this.#p = p;
    this.#lead = p.supply.length;
    this.#ahead = (p.scenarios[0]?.length ?? 0) - this.#lead;
    this.#pause = Math.min(p.stepSeconds, p.pauseSeconds);
    this.#held = this.#indexOf(p.current);
    this.#peakInLead = p.scenarios.map((scenario) => largestOf(scenario, 0, this.#lead));
    this.#peakAhead = p.scenarios.map((scenario) => largestOf(scenario, this.#lead, scenario.length));
    this.#late = zeros(p.speeds.length * this.#ahead);
    this.#lateAtChange = zeros(p.speeds.length * this.#ahead);
    this.#lateByGrowth = zeros(p.speeds.length * this.#ahead);
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
  #shrunk(value: readonly number[], kept: Played): number {
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

  /** What a change from the present count to more workers in step `k` costs by the lateness that it brings: to wait is not free. */
  #growthCost(to: number, k: number): number {
    return this.#priceOf(this.#lateByGrowth[to * this.#ahead + k]!);
  }

  /** Workers that start or leave are paid for, and so are those that rest. */
  #movingCost(from: number, to: number): number {
    const { leadSeconds, drainSeconds } = this.#p;
    return (to > from ? (to - from) * leadSeconds : (from - to) * drainSeconds) + to * this.#pause;
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
    const backlogs = scenarios.map(() => backlogCpuSeconds);
    const least = cores.reduce(
      (low, speed, step) => Math.min(low, speed * (stepSeconds - rests[step]!)),
      Infinity,
    );
    let late = 0;
    for (let s = 0; s < scenarios.length; s++) {
      if (backlogCpuSeconds === 0 && this.#peakInLead[s]! * stepSeconds <= least) continue;
      const scenario = scenarios[s]!;
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

  /** Late work of each step at each count, from what waits when the lead time is over. */
  #judge(backlogs: readonly number[]): void {
    const { scenarios, speeds } = this.#p;
    if (speeds.length === 0) return;
    const held = zeros(scenarios.length * this.#ahead);
    for (let s = 0; s < scenarios.length; s++) this.#judgeScenario(this.#held, s, backlogs[s]!, held);
    for (let j = 0; j < speeds.length; j++) {
      if (j === this.#held) continue;
      for (let s = 0; s < scenarios.length; s++) this.#judgeScenario(j, s, backlogs[s]!, held);
    }
    for (const sums of [this.#late, this.#lateAtChange, this.#lateByGrowth]) {
      for (let i = 0; i < sums.length; i++) sums[i]! /= scenarios.length;
    }
  }

  /** @param held what waits at the present count before each step in each scenario; filled in when that count is judged */
  #judgeScenario(j: number, s: number, backlog: number, held: number[]): void {
    const { scenarios, speeds, stepSeconds, targetLagSeconds } = this.#p;
    const scenario = scenarios[s]!;
    const { cores } = speeds[j]!;
    const grows = j > this.#held;
    if (this.#isCalm(j, s, backlog)) return;
    const row = j * this.#ahead;
    let before = backlog;
    for (let k = 0; k < this.#ahead; k++) {
      const demand = scenario[this.#lead + k]!;
      if (grows) this.#addGrowth(row + k, held[s * this.#ahead + k]!, before, demand, cores, k);
      if (j === this.#held) held[s * this.#ahead + k] = before;
      const asked = demand * stepSeconds;
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
    const atEnd = Math.max(0, before - targetLagSeconds * cores);
    if (this.#ahead > 0) this.#late[row + this.#ahead - 1]! += LATE_AFTER_END * atEnd;
  }

  /** Whether nothing can be late in a scenario: nothing waits, and even work that rests for a while is done within its step. */
  #isCalm(j: number, s: number, backlog: number): boolean {
    const { speeds, stepSeconds, targetLagSeconds } = this.#p;
    const peak = this.#peakAhead[s]!;
    const spare = 1 - this.#pause / stepSeconds;
    const suffices = (count: number): boolean => peak <= speeds[count]!.cores * spare;
    return backlog === 0 && this.#pause <= targetLagSeconds && suffices(Math.min(j, this.#held));
  }

  /**
   * Late work by a change in step `k` from the present count, where `held` waits then, to one where less would wait: while what has
   * piled up is worked off beside what work rested for.
   */
  #addGrowth(at: number, held: number, waiting: number, demand: number, cores: number, k: number): void {
    const restSeconds = (this.#ahead - k) * this.#p.stepSeconds;
    const before = held + cores * this.#pause;
    const more = this.#lateSeconds(before, demand, cores) - this.#lateSeconds(waiting, demand, cores);
    const piled = before - waiting - Math.max(0, cores - demand) * restSeconds;
    this.#lateByGrowth[at]! += demand * Math.max(0, Math.min(restSeconds, more));
    this.#lateByGrowth[at]! += LATE_AFTER_END * Math.max(0, piled);
  }

  /** Cost from the end of the lead time on: of beginning with each count, and of what is best to go on with from each. */
  #values(): { readonly first: readonly number[]; readonly value: readonly number[] } {
    const { speeds, stepSeconds } = this.#p;
    let value = zeros(speeds.length);
    let first = value;
    for (let k = this.#ahead - 1; k >= 0; k--) {
      const rest = value;
      first = speeds.map(({ workers }, j) => {
        return rest[j]! + workers * stepSeconds + this.#priceOf(this.#late[j * this.#ahead + k]!);
      });
      const now = first;
      const late = speeds.map((_, to) => Math.max(0, this.#changeCost(to, k)));
      value = speeds.map((_, from) => {
        let least = now[from]!;
        for (let to = 0; to < speeds.length; to++) {
          // What is ordered now is to be enough: pools jump to the count that they need.
          if (to === from || (to > from && from > this.#held)) continue;
          const grows = to > from && to > this.#held;
          const moving = this.#movingCost(speeds[from]!.workers, speeds[to]!.workers);
          const cost = now[to]! + moving + (grows ? this.#growthCost(to, k) : late[to]!);
          if (cost < least) least = cost;
        }
        return least;
      });
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

function largestOf(values: readonly number[], from: number, to: number): number {
  let top = 0;
  for (let i = from; i < to; i++) if (values[i]! > top) top = values[i]!;
  return top;
}

/** Doubles from the start: an array of integers would be made anew with the first fraction. */
const zeros = (length: number): number[] => new Array<number>(length).fill(0.5).fill(0);

interface Played {
  /** Mean late work, CPU seconds. */
  readonly late: number;
  /** What waits in each scenario at the end, CPU seconds. */
  readonly backlogs: readonly number[];
}
