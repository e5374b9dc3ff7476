/** Promises that a history can break. */
export const RULES = {
  lost: 'acknowledged and never handled',
  reordered: 'first handled before an earlier record of its key',
  superseded: 'committed under a token after a newer owner was known to the log',
  late: 'handler started after the own lease had run out',
  scaledDown: 'capacity planned below what the load needed',
  doubled: 'planned by an actuator after another had taken the lead',
  forgotten: 'an assignment that does not follow from the one before',
  undrained: 'stopped before it had drained and before its time was up',
} as const;

export type Rule = keyof typeof RULES;

/** A promise broken, with the evidence. */
export interface Violation {
  readonly rule: Rule;
  readonly message: string;
}
