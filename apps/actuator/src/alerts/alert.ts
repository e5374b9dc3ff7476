/** How urgent an alert is: `info` wants no one's attention at once. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/** What a rule is like, in the terms of Prometheus' alerting rules. */
export interface AlertTraits {
  /** Value of the label `alertname`. */
  readonly name: string;
  readonly severity: AlertSeverity;
  /** It must be so without a break for this long before the alert fires. */
  readonly forMs: number;
  /** It must not be so for this long before the alert resolves. */
  readonly keepFiringMs: number;
}

/** Something that is not as it should be now. Its rule's name and its labels tell it from others. */
export interface Finding {
  readonly rule: AlertTraits;
  /** Partition, pool or edge that it is about. */
  readonly labels: Readonly<Record<string, string>>;
  /** One line, without figures that change. */
  readonly summary: string;
  /** With the figures of now. */
  readonly description: string;
}

/** An alert that fires, or fired until lately. Times are wall-clock. */
export interface Alert extends Omit<Finding, 'rule'> {
  readonly key: string;
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly startsAtMs: number;
  /** `null` while it fires. */
  readonly resolvedAtMs: number | null;
}
