import { ABLATIONS, type Ablation } from './play.ts';
import { COUNTS_FROM_PCT, type Summary, summaryOf, type Verdict } from './verdict.ts';

interface Target {
  readonly name: string;
  readonly atMost: number;
  readonly of: (v: Verdict) => number;
  readonly counts: (v: Verdict) => boolean;
  /** Whether the worst trace is to keep it, not the mean. */
  readonly isWorst?: boolean;
}

const withHpa = (v: Verdict): boolean => v.played.hpa.latePct >= COUNTS_FROM_PCT;
const withBest = (v: Verdict): boolean => v.bestLatePct >= COUNTS_FROM_PCT;

/** What is to be earned, at all lead times and at each. */
function targetsOf(leadTimeSeconds: number | undefined): readonly Target[] {
  const [hpa, best] =
    leadTimeSeconds === undefined ? [0.25, 0.4] : leadTimeSeconds <= 30 ? [0.12, 0.2] : [0.5, 0.7];
  return [
    {
      name: 'late records relative to the HPA’s defaults, at its cost',
      atMost: hpa,
      of: (v) => v.toHpa,
      counts: withHpa,
    },
    {
      name: 'relative to the best tuned in hindsight, at our cost',
      atMost: best,
      of: (v) => v.toBest,
      counts: withBest,
    },
    {
      name: 'the same of every run, 0.1 % at least, worst trace',
      atMost: 1.1,
      of: (v) => v.harm,
      counts: () => true,
      isWorst: true,
    },
    {
      name: 'excess cost over the oracle at 0.1 % late, relative to the tuned best’s',
      atMost: 0.5,
      of: (v) => v.excessRatio,
      counts: () => true,
    },
    {
      name: 'disruptive actions relative to the HPA’s',
      atMost: 1,
      of: (v) => v.played.own.disruptiveActionsPerHour / v.played.hpa.disruptiveActionsPerHour,
      counts: (v) => v.played.hpa.disruptiveActionsPerHour > 0,
    },
  ];
}

/** The claim's table: targets, ablations, then every run, the worst first. */
export function renderClaim(verdicts: readonly Verdict[]): string {
  const leads = [...new Set(verdicts.map((v) => v.played.leadTimeSeconds))];
  const parts = [targetTable('all lead times', verdicts, undefined)];
  if (leads.length > 1) {
    for (const lead of leads) {
      const of = verdicts.filter((v) => v.played.leadTimeSeconds === lead);
      parts.push(targetTable(`lead time ${lead} s`, of, lead));
    }
  }
  return [...parts, ablationTable(verdicts), runTable(verdicts)].join('\n\n');
}

function targetTable(title: string, verdicts: readonly Verdict[], lead: number | undefined): string {
  const lines = targetsOf(lead).map(({ name, atMost, of, counts, isWorst }) => {
    const summary = summaryOf(verdicts.filter(counts).map(of));
    const value = isWorst ? summary.worst : summary.mean;
    const verdict = Number.isNaN(value) ? 'nothing to compare' : value <= atMost ? 'met' : 'missed';
    return `  ${name.padEnd(72)} ${verdict} (≤ ${atMost})  ${summaryText(summary)}`;
  });
  return [`${title}, ${verdicts.length} runs`, ...lines].join('\n');
}

function summaryText({ count, leftOut, mean, median, worst }: Summary): string {
  return `geometric mean ${num(mean)}, median ${num(median)}, worst ${num(worst)}; ${count} count${leftOut > 0 ? `, ${leftOut} not comparable` : ''}`;
}

function ablationTable(verdicts: readonly Verdict[]): string {
  const lines = (Object.keys(ABLATIONS) as Ablation[]).map((name) => {
    const late = summaryOf(
      verdicts
        .filter((v) => (name === 'hpaFresh' ? withHpa(v) : v.played.own.latePct > 0))
        .map((v) => v.ablations[name].late),
    );
    const cost = summaryOf(verdicts.map((v) => v.ablations[name].cost));
    const base = name === 'hpaFresh' ? 'the HPA’s defaults' : 'our defaults';
    return `  ${ABLATIONS[name].padEnd(36)} late ${num(late.mean)}× of ${base} (median ${num(late.median)}), cost ${num(cost.mean)}×`;
  });
  return ['ablations', ...lines].join('\n');
}

/** Every run; where the best published policy did better at our cost first. */
function runTable(verdicts: readonly Verdict[]): string {
  const worth = (v: Verdict): number => (Number.isNaN(v.harm) ? -1 : v.harm);
  const rows = [...verdicts].sort((a, b) => worth(b) - worth(a)).map(runLine);
  return ['runs, worst first (late %, cost relative to the oracle’s at that lateness)', ...rows].join('\n');
}

function runLine(v: Verdict): string {
  const { trace, leadTimeSeconds, regime, seed, own, hpa, best, oracle, ablations } = v.played;
  const of = ({ latePct, cost }: { latePct: number; cost: number }): string =>
    `${latePct.toFixed(2)} % ${(cost / oracle.costAt(latePct)).toFixed(2)}×`;
  return [
    `  ${num(v.harm).padStart(6)}× best, ${num(v.toHpa)}× HPA`.padEnd(30),
    `${trace}, lead ${leadTimeSeconds} s, ${regime}, seed ${seed}`.padEnd(66),
    `ours ${of(own)}, best published at that cost ${num(v.bestLatePct)} %, HPA ${of(hpa)}, tuned best ${best.name} ${of(best.outcome)}; ${lostBy(own.latePct, ablations.perfect.latePct)}`,
  ].join(' ');
}

/** What was lost by forecasts, and what would be lost with perfect ones. */
function lostBy(own: number, perfect: number): string {
  if (own < COUNTS_FROM_PCT) return 'nothing lost';
  return `with perfect forecasts ${perfect.toFixed(2)} %${own > 2 * perfect ? ' (lost by forecasts)' : ' (lost by the plan)'}`;
}

function num(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(3) : '–';
}
