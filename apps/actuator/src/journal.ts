import type { DecisionView, EventView, PoolPlan, SplitAdvice } from '@foreshadow/domain';
import { Ring } from './ring.ts';

const KEPT = 1000;

/** Something that was written into the journal. */
export type JournalEntry =
  | { readonly kind: 'decision'; readonly decision: DecisionView }
  | { readonly kind: 'event'; readonly event: EventView };

/**
 * Whether a plan says something that the one before it did not: it changes the allocation or the assignment, or it
 * has another reason, stands on another rung of the fallback ladder or advises another split.
 */
export function isNews(previous: PoolPlan | undefined, plan: PoolPlan): boolean {
  return (
    previous === undefined ||
    plan.changed ||
    plan.reason !== previous.reason ||
    plan.basis !== previous.basis ||
    adviceOf(plan) !== adviceOf(previous)
  );
}

/** What is advised, without the shares that change from plan to plan. */
function adviceOf({ hot = [] }: PoolPlan): string {
  return JSON.stringify(hot.map(({ partition, advice }) => [partition, advice.kind, namesOf(advice)]));
}

function namesOf(advice: SplitAdvice): readonly string[] {
  if (advice.kind === 'split-partition') return [];
  return advice.kind === 'split-key' ? [advice.key] : advice.keys;
}

/** The last 1000 decisions worth telling and the last 1000 events, with listeners for new ones. */
export class Journal {
  readonly #decisions = new Ring<DecisionView>(KEPT);
  readonly #events = new Ring<EventView>(KEPT);
  readonly #latest = new Map<string, PoolPlan>();
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #nextDecision = 1;
  #nextEvent = 1;

  /** Note a plan; repeated ones are left out. Returns it as listed, if it was. */
  decide(plan: PoolPlan, applied: boolean): DecisionView | undefined {
    const news = isNews(this.#latest.get(plan.pool), plan);
    this.#latest.set(plan.pool, plan);
    if (!news) return undefined;
    const decision: DecisionView = { ...plan, id: this.#nextDecision++, applied };
    this.#decisions.push(decision);
    this.#tell({ kind: 'decision', decision });
    return decision;
  }

  /** Take a plan from before a restart as known: the same plan again is no news. */
  remember(plan: PoolPlan): void {
    this.#latest.set(plan.pool, plan);
  }

  note(atMs: number, kind: string, subject: string, message: string): void {
    const event: EventView = { id: this.#nextEvent++, atMs, kind, subject, message };
    this.#events.push(event);
    this.#tell({ kind: 'event', event });
  }

  /** Newest first. */
  decisions(limit: number): DecisionView[] {
    return this.#decisions.newestFirst(limit);
  }

  /** Newest first. */
  events(limit: number): EventView[] {
    return this.#events.newestFirst(limit);
  }

  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(entry: JournalEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}
