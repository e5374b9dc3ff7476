import { RESOURCES, type ResourceVector } from '@foreshadow/domain';
import { DemandError } from './errors.ts';
import { isQuantity } from './quantity.ts';

/** Some of the resources. */
export type HintedResources = { readonly [R in keyof ResourceVector]?: number | undefined };

/** What a user knows of the cost of load before anything was measured; evidence overrules it. */
export interface DemandHints {
  /** Fixed cost of one worker. */
  readonly base?: HintedResources | undefined;
  /** Cost of one record: CPU seconds, bytes held, network bytes, disk bytes. */
  readonly perRecord?: HintedResources | undefined;
  /** Cost of one byte of a record's value, likewise. */
  readonly perByte?: HintedResources | undefined;
  /** Cost of one unit of work, likewise. */
  readonly perWork?: HintedResources | undefined;
}

/** @throws {DemandError} `INVALID_HINT` if a hint is negative or not finite. */
export function checkHints(hints: DemandHints): void {
  for (const [group, values] of Object.entries(hints) as [string, HintedResources | undefined][]) {
    for (const resource of RESOURCES) {
      const value = values?.[resource];
      if (value === undefined || isQuantity(value)) continue;
      throw new DemandError(
        'INVALID_HINT',
        `hints.${group}.${resource}: at least 0 and finite; got ${String(value)}`,
      );
    }
  }
}

/** Hinted coefficients of one resource, `undefined` each where nothing was hinted. */
export function hintedCoefficients(
  hints: DemandHints,
  resource: keyof ResourceVector,
): readonly (number | undefined)[] {
  return [hints.base, hints.perRecord, hints.perByte, hints.perWork].map((values) => values?.[resource]);
}
