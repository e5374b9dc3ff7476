import type { AlertView, Clock } from '@foreshadow/domain';
import type { Journal } from '../journal.ts';
import type { Logger } from '../logger.ts';
import type { Alert } from './alert.ts';
import type { AlertStore } from './alert-store.ts';
import { type AlertState, decideAlerts, isOn } from './decide-alerts.ts';
import type { Notifier } from './notifier.ts';
import { ALERT_RULES, type AlertFacts, type AlertRule, findAll } from './rules.ts';

export interface AlertsOptions {
  readonly store: AlertStore;
  readonly journal: Journal;
  /** Told when something changes; `undefined`: nobody is. */
  readonly notifier: (alerts: () => readonly Alert[]) => Notifier | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules?: readonly AlertRule[];
}

/** Watches the actuator's facts, and says in journal, log and webhook when an alert fires and when it resolves. */
export class Alerts {
  readonly #o: AlertsOptions;
  readonly #notifier: Notifier | undefined;
  #state: AlertState = [];
  #saving: Promise<void> | undefined;
  #isUnsaved = false;
  #couldNotSave = false;

  constructor(options: AlertsOptions) {
    this.#o = options;
    this.#notifier = options.notifier(() => this.#told());
  }

  /** Alerts that fire, the oldest first. */
  firing(): readonly AlertView[] {
    return this.#state
      .filter(isOn)
      .map(({ alert }) => viewOf(alert))
      .sort((a, b) => a.startsAtMs - b.startsAtMs);
  }

  /** Go on from what the leader before had told. Never rejects. */
  async restore(): Promise<void> {
    const { store, clock, logger } = this.#o;
    const nowMs = clock.nowMs();
    try {
      // What is found again is not known yet: the rules' patience begins anew.
      this.#state = (await store.load()).filter((w) => w.isFiring).map((w) => ({ ...w, lastMs: nowMs }));
    } catch (err) {
      logger.warn({ err }, 'saved alerts cannot be used; they begin anew');
    }
    if (this.#state.length > 0) this.#notifier?.wake();
  }

  /** Once a cycle. */
  tick(facts: AlertFacts): void {
    const { journal, logger, rules = ALERT_RULES } = this.#o;
    const { state, fired, resolved } = decideAlerts(this.#state, findAll(rules, facts), facts.nowMs);
    this.#state = state;
    for (const alert of fired) {
      const message = `${alert.summary}: ${alert.description}`;
      journal.note(facts.nowMs, 'alert-firing', subjectOf(alert), `${alert.name}: ${message}`);
      logger.warn({ alert: alert.name, ...alert.labels }, message);
    }
    for (const alert of resolved) {
      journal.note(facts.nowMs, 'alert-resolved', subjectOf(alert), `${alert.name}: no longer so`);
      logger.info({ alert: alert.name, ...alert.labels }, 'alert resolved');
    }
    if (fired.length + resolved.length > 0) {
      this.#isUnsaved = true;
      this.#notifier?.wake();
    }
    if (this.#isUnsaved) this.#saving ??= this.#save();
  }

  /** Tell the receiver until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#notifier?.run(signal);
    await this.#saving;
  }

  #told(): readonly Alert[] {
    return this.#state.filter((w) => w.isFiring).map((w) => w.alert);
  }

  async #save(): Promise<void> {
    this.#isUnsaved = false;
    try {
      await this.#o.store.save(this.#state.filter((w) => w.isFiring));
      this.#couldNotSave = false;
    } catch (err) {
      this.#isUnsaved = true;
      if (!this.#couldNotSave) this.#o.logger.warn({ err }, 'alerts could not be saved; it is tried again');
      this.#couldNotSave = true;
    } finally {
      this.#saving = undefined;
    }
  }
}

const subjectOf = ({ labels }: Alert): string => Object.values(labels)[0] ?? 'all';

function viewOf(alert: Alert): AlertView {
  const { name, severity, labels, summary, description, startsAtMs } = alert;
  return { name, severity, subject: subjectOf(alert), labels, summary, description, startsAtMs };
}
