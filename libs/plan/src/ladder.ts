import type { Basis, DemandForecast, ResourceVector } from '@foreshadow/domain';
import { ageMs, isAlive } from './forecast-window.ts';
import type { PartitionObservation } from './observation.ts';
import { isAmount } from './vector.ts';

/** Rungs, best first. */
const RUNGS: readonly Basis[] = ['forecast', 'aged-forecast', 'actuator-forecast', 'reactive', 'hold'];

/** A forecast is fresh for one plan interval, but always for three ticks of a second. */
const LEAST_FRESH_MS = 3000;

/** What a partition's plan stands on. */
export interface Footing {
  readonly rung: Basis;
  /** Only while it is alive. */
  readonly forecast: DemandForecast | undefined;
  /** Only if its CPU is an amount. */
  readonly present: ResourceVector | undefined;
  /** Whether capacity may fall on it: a fresh forecast and the present load, both known. */
  readonly firm: boolean;
}

/** Best rung that a partition's data reach. */
export function footingOf(o: PartitionObservation, planIntervalMs: number, nowMs: number): Footing {
  const present = isAmount(o.presentDemand?.cpuCores) ? o.presentDemand : undefined;
  const forecast = o.forecast && isAlive(o.forecast, nowMs) ? o.forecast : undefined;
  if (forecast === undefined) {
    return { rung: present ? 'reactive' : 'hold', forecast, present, firm: false };
  }
  const fresh = ageMs(forecast, nowMs) <= Math.max(LEAST_FRESH_MS, planIntervalMs);
  const firm = fresh && present !== undefined;
  if (o.basis === 'actuator-forecast') return { rung: 'actuator-forecast', forecast, present, firm };
  return { rung: fresh ? 'forecast' : 'aged-forecast', forecast, present, firm };
}

/** A pool stands on the worst rung of its partitions; without partitions it holds. */
export function worstRung(rungs: readonly Basis[]): Basis {
  const worst = rungs.reduce((index, rung) => Math.max(index, RUNGS.indexOf(rung)), -1);
  return RUNGS[worst] ?? 'hold';
}
