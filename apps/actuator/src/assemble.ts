import { type PartitionKey, partitionKey, type ResourceVector } from '@foreshadow/domain';
import { type Config, toWorkerPool } from '@foreshadow/domain/config';
import { ForecastEngine } from '@foreshadow/forecast';
import type { Resizable } from '@foreshadow/plan';
import { type Orchestrator, StateWorkerRegistry } from '@foreshadow/ports';
import { instantOf } from '@foreshadow/protocol';
import { AlertStore } from './alerts/alert-store.ts';
import { Alerts } from './alerts/alerts.ts';
import type { Alert } from './alerts/alert.ts';
import { type NotificationOutcome, Notifier } from './alerts/notifier.ts';
import { Collector, type CollectorOptions } from './control/collector.ts';
import { ControlLoop } from './control/loop.ts';
import { PoolController } from './control/pool-controller.ts';
import { PoolStore } from './control/pool-store.ts';
import { EdgeTable } from './hub/edges.ts';
import { LinkHub } from './hub/link-hub.ts';
import { SamplingBook } from './hub/sampling-book.ts';
import { Journal } from './journal.ts';
import { AppendRates } from './load/append-rate.ts';
import { CalibrationStore } from './load/calibration-store.ts';
import { LoadBook } from './load/load-book.ts';
import { OwnForecasts } from './load/own-forecasts.ts';
import type { Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { Models } from './models/models.ts';
import { LoadHistory } from './training/load-history.ts';
import { Board } from './view/board.ts';
import type { World } from './world.ts';

/** The parts of an actuator, wired to each other; nothing runs yet. */
export interface Parts {
  readonly loop: ControlLoop;
  readonly hub: LinkHub;
  readonly book: LoadBook;
  readonly board: Board;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly models: Models;
  readonly alerts: Alerts;
}

/** What can be changed in a worker that somebody else runs; assumed while there is no orchestrator to ask. */
const ASSUMED_RESIZE: Readonly<Record<keyof ResourceVector, Resizable>> = {
  cpuCores: 'live',
  memoryBytes: 'live',
  networkBytesPerSec: 'none',
  diskBytesPerSec: 'none',
};

export function assemble(config: Config, world: World): Parts {
  const { clock, logger, orchestrator } = world;
  const { mode, planIntervalMs } = config.actuator;
  const { tickMs, horizonsMs } = config.forecast;
  const partitions = config.streams.flatMap((stream) => partitionsOf(stream));
  const journal = new Journal();
  const edges = new EdgeTable();
  const sampling = new SamplingBook(config.streams.map(({ name }) => name));
  const engine = new ForecastEngine(config.forecast);
  const own = new OwnForecasts(
    engine,
    (partition, error) => models.onMismatch(partition, error),
    (partition, atMs): readonly number[] => book.upstreamBefore(partition, atMs),
  );
  const history = new LoadHistory({ tickMs, levels: engine.levels, streams: config.streams });
  const book: LoadBook = new LoadBook({
    partitions,
    tickMs,
    horizonsMs,
    own,
    upstream: config.forecast.upstream,
    onEntry: (partition, entry) => history.push(partition, entry),
  });
  const metrics: Metrics = new Metrics({
    snapshot: () => board.snapshot(),
    scorecards: () => board.scorecards(),
    loadScores: () => book.loadScores(),
    demandScores: () => loop.situations.map(({ pool, demandScores }) => ({ pool: pool.name, demandScores })),
    alerts: () => alerts.firing(),
    unknownPartitions: () => book.unknown,
    leadingExperts: () => models.book.leads(instantOf(clock)),
    networks: () => models.training.all(),
    savedModels: () => models.store,
    usage: world.usage,
  });
  const models: Models = new Models(config, world, {
    partitions,
    engine,
    own,
    history,
    book,
    edges,
    journal,
    metrics,
    hub: () => hub,
  });
  const alerts = new Alerts({
    store: new AlertStore(world.state, world.term),
    journal,
    notifier: (all) => notifierOf(config, world, metrics, all),
    clock,
    logger,
  });
  const collector = new Collector({
    log: world.log,
    registry: new StateWorkerRegistry(world.state),
    orchestrator,
    clock,
    onFailure: reportFailures(metrics, logger),
  });
  const loop: ControlLoop = new ControlLoop({
    mode,
    tickMs,
    partitions,
    controllers: controllersOf(config, orchestrator),
    budget: config.actuator.budget,
    hotKeysOf: (stream) => sampling.hotKeys(stream),
    book,
    appendRates: new AppendRates(),
    collector,
    orchestrator,
    mayAct: world.mayAct,
    store: new PoolStore(world.state, world.term),
    calibrations: new CalibrationStore(world.state, book, logger),
    journal,
    metrics,
    clock,
    logger,
    onCycle: () => {
      models.tick();
      hub.tick(board.scorecards());
      alerts.tick({
        nowMs: clock.nowMs(),
        partitions: board.partitionViews(),
        edges: edges.silences(clock.nowMs()),
        loadScores: book.loadScores(),
        drifts: models.drifts,
        pools: loop.situations.map(({ pool, plan, demandScores }) => ({
          pool: pool.name,
          plan,
          demandScores,
        })),
      });
      board.publish();
    },
  });
  const board: Board = new Board({
    mode,
    planIntervalMs,
    horizonsMs,
    streams: config.streams,
    partitions,
    loop,
    book,
    models: models.book,
    edges,
    sampling,
    journal,
    alerts,
    clock,
  });
  const sessionPrefix = Math.round(clock.nowMs()).toString(36);
  const hub: LinkHub = new LinkHub({
    book,
    models: models.book,
    briefing: models.briefing,
    onModel: (partition, model, isWhole) => models.onModel(partition, model, isWhole),
    edges,
    sampling,
    journal,
    metrics,
    clock,
    logger,
    sessionPrefix,
  });
  return { loop, hub, book, board, journal, metrics, models, alerts };
}

function notifierOf(
  config: Config,
  { clock, logger, mayAct }: World,
  metrics: Metrics,
  alerts: () => readonly Alert[],
): Notifier | undefined {
  const { webhook, resendMs, timeoutMs, labels, generatorUrl } = config.alerts;
  if (webhook === undefined) return undefined;
  const onOutcome = (outcome: NotificationOutcome): void => metrics.alertNotifications.inc({ outcome });
  return new Notifier({
    ...{ webhook, resendMs, timeoutMs, labels, generatorUrl },
    ...{ alerts, mayAct, onOutcome, clock, logger },
  });
}

function partitionsOf({ name, partitions }: Config['streams'][number]): PartitionKey[] {
  return Array.from({ length: partitions }, (_, index) => partitionKey(name, index));
}

function controllersOf(config: Config, orchestrator: Orchestrator | undefined): PoolController[] {
  const { planIntervalMs } = config.actuator;
  const resizable = orchestrator?.capabilities.resize ?? ASSUMED_RESIZE;
  return config.pools.flatMap((pool) => {
    const stream = config.streams.find((s) => s.name === pool.stream);
    if (stream === undefined) return [];
    const { policy, hints, weight } = pool;
    return [
      new PoolController({
        pool: toWorkerPool(pool, stream),
        policy,
        hints,
        weight,
        planIntervalMs,
        horizonsMs: config.forecast.horizonsMs,
        resizable,
      }),
    ];
  });
}

/** Counts each failure and says the first of each subject and message: a source that stays away fails each second. */
function reportFailures(metrics: Metrics, logger: Logger): CollectorOptions['onFailure'] {
  const told = new Map<string, string>();
  return (source, subject, error) => {
    metrics.collectFailures.inc({ source });
    const message = error instanceof Error ? error.message : String(error);
    if (told.get(`${source} ${subject}`) === message) return;
    told.set(`${source} ${subject}`, message);
    logger.warn({ source, subject, err: error }, 'could not be read; it counts as missing');
  };
}
