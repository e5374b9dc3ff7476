import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type PartitionKey, systemClock } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import type { StreamLog } from '@foreshadow/ports';
import { openStorage, type StorageLogger } from '@foreshadow/storage';
import { poolPartitions } from '../config-file.ts';
import { CliError } from '../errors.ts';
import { auditLedger } from '../workload/ledger.ts';
import { type ProducerSummary, runProducer } from '../workload/producer.ts';
import { MIX_CHANGES_AFTER_MS } from '../workload/costly-mix.ts';
import type { RecordSource } from '../workload/source.ts';
import { DEMO_POOL, DEMO_STREAM, demoConfig, demoPorts, type DemoPorts } from './configuration.ts';
import { ForecastScore } from './forecast-score.ts';
import { RunHistory } from './history.ts';
import { followLive } from './live-client.ts';
import { type MixTimeline, mixTimeline } from './mix-timeline.ts';
import type { DemoOptions } from './options.ts';
import { assertPortFree } from './port.ts';
import { Processes } from './processes.ts';
import { demoSource } from './source.ts';
import { killLeader } from './succession.ts';
import {
  type DemoSummary,
  meanOf,
  scaleUpTimes,
  smoothed,
  type Succession,
  underProvisionedSeconds,
} from './summary.ts';
import type { Supervised } from './supervise.ts';
import type { Screen } from './terminal.ts';

const READY_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 180_000;
/** Unscored head of a run: processes start and the first worker takes its start delay. */
const WARM_UP_MARGIN_MS = 5000;

/** Bring everything up, produce until the duration ends or the signal aborts, drain, and add up what happened. */
export async function runDemo(
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<DemoSummary> {
  const ports = demoPorts(options);
  await assertPortsFree(ports, options);
  const source = demoSource(options, (warning) => screen.note(warning));
  const { dir, remove } = workingDirectory(options.dataDir);
  const config = demoConfig(options, dir);
  const storage = await openStorage(config.storage, noted(screen));
  const processes = new Processes(config, ports, dir, screen);
  const run: Run = { options, ports, config, dir, log: storage.log, source, processes, screen, signal };
  let summary: DemoSummary;
  try {
    summary = await produceAndAudit(run);
  } finally {
    await processes.stop();
    if (options.dataDir === undefined) await storage.clear();
    await storage.close();
  }
  remove();
  return summary;
}

/** What the storage says goes to the screen. */
function noted(screen: Screen): StorageLogger {
  const note = (_fields: unknown, message: string): void => screen.note(message);
  return { info: note, warn: note };
}

interface Run {
  readonly options: DemoOptions;
  readonly ports: DemoPorts;
  readonly config: Config;
  readonly dir: string;
  readonly log: StreamLog;
  readonly source: RecordSource;
  readonly processes: Processes;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

async function produceAndAudit(run: Run): Promise<DemoSummary> {
  const { options, ports, config, dir, log, source, processes, screen, signal } = run;
  const actuatorUrls = ports.actuators.map(addressOf);
  const edgeUrls = ports.edges.map(addressOf);
  for (const url of [...actuatorUrls, ...edgeUrls]) await waitReady(`${url}/healthz`, dir, signal);
  screen.note(
    `dashboard ${actuatorUrls.join(' or ')} · ingest ${edgeUrls[0]}/v1/streams/web/records · logs ${dir}`,
  );
  screen.note(`actuator pid ${pidsOf(processes.actuators)} · edge pid ${pidsOf(processes.edges)}`);
  const live = startLive(actuatorUrls, screen);
  const startedAtMs = systemClock.nowMs();
  const ended = new AbortController();
  const succession = killingLeader(run, ended.signal);
  let produced: ProducerSummary;
  try {
    produced = await runProducer({
      edgeUrls,
      stream: DEMO_STREAM,
      source,
      clock: systemClock,
      signal: deadline(options.durationMs, signal),
      onRetry: (why) => screen.note(`producer: ${why}; trying again`),
    });
    if (produced.unsentRecords > 0)
      screen.note(`${produced.unsentRecords} records were never acknowledged by the edge`);
    screen.note('stopping: no more records; waiting until the workers have handled what is left');
    await waitDrained(log, config);
  } finally {
    live.stop();
    ended.abort();
  }
  const killed = await succession;
  await processes.stop();
  const audit = auditLedger(
    join(dir, 'ledger', DEMO_STREAM),
    await endPositions(log, config),
    produced.acked,
  );
  const scoredFromMs = startedAtMs + options.startDelayMs + WARM_UP_MARGIN_MS;
  const summary = summarize(live, config, scoredFromMs);
  return {
    ...audit,
    ...summary,
    ...(killed && { succession: killed }),
    ...(options.scenario && { mix: mixOf(live, summary.scaleUps, startedAtMs) }),
  };
}

function mixOf({ history }: Live, scaleUps: DemoSummary['scaleUps'], startedAtMs: number): MixTimeline {
  return mixTimeline(history.moments, scaleUps, startedAtMs + MIX_CHANGES_AFTER_MS);
}

const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
const pidsOf = (processes: readonly Supervised[]): string => processes.map((p) => p.pid).join(', ');

/** @throws {CliError} which option to change */
async function assertPortsFree(ports: DemoPorts, { edges, actuators }: DemoOptions): Promise<void> {
  const all = [...ports.actuators, ...ports.edges];
  if (new Set(all).size < all.length || Math.max(...all) > 65_535) {
    const need = `${edges + actuators - 1} ports from --edge-port on, and --port not among them`;
    throw new CliError('INVALID_OPTION', `--port and --edge-port: ${need}; got ${all.join(', ')}`);
  }
  const [first, ...others] = ports.actuators;
  await assertPortFree(first!, '--port');
  for (const port of [...ports.edges, ...others]) await assertPortFree(port, '--edge-port');
}

async function killingLeader(
  { options, processes, screen }: Run,
  signal: AbortSignal,
): Promise<Succession | undefined> {
  const afterMs = options.killLeaderAfterMs;
  if (afterMs === undefined) return undefined;
  return killLeader({ processes, afterMs, clock: systemClock, screen, signal });
}

/** The folder of the run; a temporary one is removed at the end, and kept with its logs if the run fails. */
function workingDirectory(dataDir: string | undefined): { dir: string; remove: () => void } {
  const dir = dataDir === undefined ? mkdtempSync(join(tmpdir(), 'foreshadow-')) : resolve(dataDir);
  mkdirSync(join(dir, 'ledger', DEMO_STREAM), { recursive: true });
  return { dir, remove: () => dataDir === undefined && rmSync(dir, { recursive: true, force: true }) };
}

async function waitReady(url: string, dir: string, signal: AbortSignal): Promise<void> {
  const giveUpAtMs = systemClock.monotonicMs() + READY_TIMEOUT_MS;
  while (systemClock.monotonicMs() < giveUpAtMs) {
    if (signal.aborted) throw new CliError('FAILED', 'stopped before everything was up');
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await systemClock.sleep(100);
  }
  throw new CliError(
    'FAILED',
    `${url} did not answer within ${READY_TIMEOUT_MS / 1000} s; see the logs in ${dir}`,
  );
}

interface Live {
  readonly history: RunHistory;
  readonly score: ForecastScore;
  stop(): void;
}

function startLive(actuatorUrls: readonly string[], screen: Screen): Live {
  const history = new RunHistory(DEMO_POOL);
  const score = new ForecastScore(DEMO_STREAM);
  const controller = new AbortController();
  void followLive(
    actuatorUrls,
    {
      onSnapshot(snapshot) {
        history.addSnapshot(snapshot);
        score.addSnapshot(snapshot);
        screen.show(snapshot);
      },
      onDecision(decision) {
        history.addDecision(decision);
        screen.decision(decision);
      },
      onEvent: (event) =>
        event.kind !== 'worker-resized' && screen.note(`${event.subject}: ${event.message}`),
    },
    controller.signal,
  );
  return { history, score, stop: () => controller.abort() };
}

/** Aborts with the signal, or after `durationMs`. `AbortSignal.timeout` will not do: once collected it never fires. */
function deadline(durationMs: number | undefined, signal: AbortSignal): AbortSignal {
  if (durationMs === undefined) return signal;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), durationMs);
  const stop = (): void => {
    clearTimeout(timer);
    controller.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  return controller.signal;
}

/** Until every group has committed everything, or the time is up: the audit then says what is missing. */
async function waitDrained(log: StreamLog, config: Config): Promise<void> {
  const giveUpAtMs = systemClock.monotonicMs() + DRAIN_TIMEOUT_MS;
  while (systemClock.monotonicMs() < giveUpAtMs && (await totalLag(log, config)) > 0)
    await systemClock.sleep(200);
}

async function totalLag(log: StreamLog, config: Config): Promise<number> {
  const pool = config.pools.find((p) => p.name === DEMO_POOL)!;
  const lags = await Promise.all(
    poolPartitions(config, DEMO_POOL).map((partition) => log.lag(partition, pool.group)),
  );
  return lags.reduce((sum, lag) => sum + lag.records, 0);
}

async function endPositions(log: StreamLog, config: Config): Promise<Map<PartitionKey, number>> {
  const ends = new Map<PartitionKey, number>();
  for (const partition of poolPartitions(config, DEMO_POOL))
    ends.set(partition, await log.endPosition(partition));
  return ends;
}

function summarize(
  { history, score }: Live,
  config: Config,
  scoredFromMs: number,
): Omit<DemoSummary, 'recordsIn' | 'recordsProcessed' | 'lost' | 'duplicates'> {
  const pool = config.pools.find((p) => p.name === DEMO_POOL)!;
  const scored = history.moments.filter((m) => m.atMs >= scoredFromMs);
  const lags = smoothed(scored)
    .flatMap((m) => m.partitions.map((p) => p.lagSeconds))
    .filter(Number.isFinite);
  return {
    horizons: score.horizons(),
    scaleUps: scaleUpTimes(history, pool.maxWorker.cpuCores),
    underProvisionedSeconds: underProvisionedSeconds(scored),
    meanCapacityCores: meanOf(scored.map((m) => m.capacityCores)),
    meanDemandCores: meanOf(scored.map((m) => m.demandCores)),
    maxLagSeconds: Math.max(0, ...lags),
    observedSeconds: scored.length,
  };
}
