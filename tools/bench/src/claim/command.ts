import { parseArgs } from 'node:util';
import { dataDefect, fromCaller, refuse } from '../arguments.ts';
import { playRun, type Run } from './play.ts';
import { renderClaim } from './report.ts';
import { type Trace, tracesOf } from './traces.ts';
import { type Verdict, verdictOf } from './verdict.ts';

const LEAD_TIMES = [30, 120];
const SEEDS = 5;
/** Most that a trace is played, and its rows at most; the newest ones. */
const FULL = { seconds: { 30: 12_000, 120: 24_000 }, rows: 1200, everyTrace: 1, regimes: 3 } as const;
const QUICK = { seconds: { 30: 6000, 120: 9600 }, rows: 400, everyTrace: 5, regimes: 1 } as const;

export const CLAIM_USAGE = `usage: npm run bench -- claim --data DIR [--quick] [--traces text] [--json]

Late records and cost of the planner at one default setting against published autoscalers, with their defaults and with the best of
their grids in hindsight, over real traces at lead times of 30 s and 120 s.

  --data DIR     folder with the series, as for accuracy; also llm-arrivals/azure-llm-code.csv (single arrivals)
  --quick        every fifth trace, one regime, shorter: minutes
  --traces text  only traces whose name contains it
  --json         one JSON object instead of tables

Regimes: rows as long as the lead time, half of it, and 10 s; arrivals as they were. Five seeds take turns over the runs.`;

/** @returns exit code: 0, or 2 for wrong arguments. Targets that are missed are results, not failures. */
export function claimCommand(args: readonly string[]): number {
  let options;
  try {
    options = parse(args);
  } catch (cause) {
    return refuse((cause as Error).message, CLAIM_USAGE);
  }
  if (options.help) {
    process.stdout.write(`${CLAIM_USAGE}\n`);
    return 0;
  }
  const defect = dataDefect(options.data);
  if (defect !== undefined) return refuse(defect, CLAIM_USAGE);
  const dir = fromCaller(options.data ?? '');
  const effort = options.quick ? QUICK : FULL;
  const traces = tracesOf(dir).filter(({ name }) => name.includes(options.traces ?? ''));
  const jobs = jobsOf(traces, effort);
  if (jobs.length === 0) {
    return refuse(`no trace in ${dir} whose name contains '${options.traces ?? ''}'`, CLAIM_USAGE);
  }
  const startedAt = performance.now();
  const verdicts = jobs.map((job, i) => play(job, i, jobs.length));
  const minutes = (performance.now() - startedAt) / 60_000;
  const text = options.json
    ? JSON.stringify({ minutes, runs: verdicts.map(toJson) })
    : `${renderClaim(verdicts)}\n\n${verdicts.length} runs in ${minutes.toFixed(1)} min`;
  process.stdout.write(`${text}\n`);
  return 0;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      quick: { type: 'boolean' },
      traces: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
}

interface Job {
  readonly run: Run;
  readonly trace: Trace;
  readonly rowSeconds: number;
}

function jobsOf(traces: readonly Trace[], effort: typeof FULL | typeof QUICK): readonly Job[] {
  const jobs: Job[] = [];
  for (const [t, trace] of traces.entries()) {
    // The native trace is always there.
    if (t % effort.everyTrace !== 0 && trace.stepSeconds > 1) continue;
    for (const leadTimeSeconds of LEAD_TIMES) {
      const rows =
        trace.stepSeconds === 1 ? [1] : [leadTimeSeconds, leadTimeSeconds / 2, 10].slice(0, effort.regimes);
      for (const rowSeconds of rows) {
        const regime = rowSeconds === 1 ? 'native' : `rows of ${rowSeconds} s`;
        const run = { trace: trace.name, leadTimeSeconds, regime, seed: 1 + (jobs.length % SEEDS) };
        jobs.push({ run, trace: newest(trace, rowSeconds, leadTimeSeconds, effort), rowSeconds });
      }
    }
  }
  return jobs;
}

function newest(trace: Trace, rowSeconds: number, lead: number, effort: typeof FULL | typeof QUICK): Trace {
  const seconds = lead <= 30 ? effort.seconds[30] : effort.seconds[120];
  const rows = rowSeconds === 1 ? seconds : Math.min(effort.rows, Math.floor(seconds / rowSeconds));
  return { ...trace, values: trace.values.slice(-rows) };
}

function play({ run, trace, rowSeconds }: Job, index: number, count: number): Verdict {
  if (process.stderr.isTTY) {
    process.stderr.write(
      `\r\u001b[K${index + 1} of ${count}: ${run.trace}, lead ${run.leadTimeSeconds} s, ${run.regime}`,
    );
    if (index + 1 === count) process.stderr.write('\r\u001b[K');
  }
  return verdictOf(playRun(run, trace, rowSeconds));
}

function toJson(v: Verdict): Record<string, unknown> {
  const { published, oracle, ...played } = v.played;
  const plain = Object.fromEntries(Object.entries(played).map(([key, value]) => [key, value]));
  return {
    ...plain,
    publishedSettings: published.length,
    oracle: oracle.points,
    toHpa: v.toHpa,
    toBest: v.toBest,
    bestLatePct: v.bestLatePct,
    harm: v.harm,
    excessRatio: v.excessRatio,
  };
}
