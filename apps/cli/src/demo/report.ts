import { table } from '../table.ts';
import { mixWords } from './mix-timeline.ts';
import { type DemoSummary, inTime, type Succession } from './summary.ts';

function successionLine(succession: Succession | undefined): string[] {
  if (succession === undefined) return [];
  const { ledAfterMs } = succession;
  const other =
    ledAfterMs === null ? 'no other led' : `another led ${(ledAfterMs / 1000).toFixed(1)} s later`;
  return [`the actuator that led was killed; ${other}`];
}

/** The summary for people. */
export function renderSummary(s: DemoSummary): string {
  const percent = (x: number | null): string => (x === null ? '–' : `${(100 * x).toFixed(1)} %`);
  const { needed, ready, medianLeadSeconds } = inTime(s.scaleUps);
  const horizons = s.horizons.map((h) => [
    `${h.horizonMs / 1000} s`,
    String(h.scored),
    percent(h.wape),
    percent(h.wapeNaive),
    percent(h.coverage90),
  ]);
  const lead = Number.isFinite(medianLeadSeconds)
    ? `, median ${Math.abs(medianLeadSeconds).toFixed(1)} s ${medianLeadSeconds >= 0 ? 'early' : 'late'}`
    : '';
  return [
    `records in ${s.recordsIn} = processed ${s.recordsProcessed} (lost ${s.lost}, duplicates ${s.duplicates})`,
    `scale-ups: ${s.scaleUps.length}; the load outgrew the old capacity ${needed} times, new capacity ready in time ${ready} times${lead}`,
    `under-provisioned ${s.underProvisionedSeconds} s of ${s.observedSeconds} s; largest lag ${s.maxLagSeconds.toFixed(1)} s`,
    ...successionLine(s.succession),
    `capacity ${s.meanCapacityCores.toFixed(2)} cores for a demand of ${s.meanDemandCores.toFixed(2)}, on average`,
    ...(s.mix === undefined ? [] : [mixWords(s.mix)]),
    '',
    table(['horizon', 'scored', 'WAPE', 'last value', 'coverage 90 %'], horizons),
  ].join('\n');
}
