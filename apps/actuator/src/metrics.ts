import type { DemandScore } from '@foreshadow/demand';
import type { AlertView, LiveSnapshot, PartitionView, PoolView, Scorecard } from '@foreshadow/domain';
import type { LoadScore } from './load/load-calibration.ts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges show, asked for at each scrape. */
export interface MetricsSource {
  snapshot(): LiveSnapshot;
  scorecards(): Iterable<Scorecard>;
  /** Intervals of whole partitions, after their edges' forecasts were summed. */
  loadScores(): Iterable<{ readonly partition: string; readonly scores: readonly LoadScore[] }>;
  /** Demand quantiles against use, per pool. */
  demandScores(): Iterable<{ readonly pool: string; readonly demandScores: readonly DemandScore[] }>;
  /** Alerts that fire. */
  alerts(): Iterable<AlertView>;
  /** Reports of partitions that are not configured. */
  unknownPartitions(): number;
  /** The expert with the largest weight at each horizon. */
  leadingExperts(): Iterable<LeadingExpert>;
  networks(): Iterable<{ readonly stream: string; readonly stepMs: number; readonly version: number }>;
  /** Bytes of models in the state store, and models that found no room there. */
  savedModels(): { readonly bytes: number; readonly skipped: number };
  /** CPU seconds that this process has used, and its resident size. */
  usage(): { readonly cpuSeconds: number; readonly residentBytes: number };
}

export interface LeadingExpert {
  readonly partition: string;
  readonly horizonMs: number;
  readonly expert: string;
}

/** Metrics of the actuator in a registry of their own; names follow Prometheus: base units, `_total` for counters. */
export class Metrics {
  readonly registry: Registry = new Registry();
  readonly #source: MetricsSource;

  readonly linkFrames = this.#counter('link_frames_total', 'Frames received from edges', []);
  readonly linkBytes = this.#counter('link_bytes_total', 'Bytes received from edges', []);
  readonly linkRejected = this.#counter('link_rejected_total', 'Links closed for a bad frame', ['code']);
  readonly plans = this.#counter('plans_total', 'Planning cycles', ['pool', 'reason', 'trigger']);
  readonly applyFailures = this.#counter('apply_failures_total', 'Plans that could not be applied', ['pool']);
  readonly collectFailures = this.#counter('collect_failures_total', 'Sources that did not answer', [
    'source',
  ]);
  readonly cycleFailures = this.#counter('cycle_failures_total', 'Control cycles that failed', []);
  readonly edgeRefusals = this.#counter('edge_refusals_total', 'Commands that edges refused', ['command']);
  readonly modelStatesRefused = this.#counter(
    'model_states_refused_total',
    'States of forecasters that are of another version or damaged; the models are fitted anew',
    [],
  );
  readonly priorsSent = this.#counter('priors_sent_total', 'Fleet priors sent to edges', ['stream']);
  readonly drifts = this.#counter('drift_events_total', 'Changes of regime that forecasters detected', [
    'partition',
  ]);
  readonly refits = this.#counter('refits_total', 'Models fitted anew', ['stream', 'algorithm']);
  readonly trainings = this.#counter('trainings_total', 'Trainings of networks', ['stream', 'outcome']);
  readonly trainingSeconds = this.#counter('training_seconds_total', 'Time spent training', ['stream']);
  readonly alertNotifications = this.#counter(
    'alert_notifications_total',
    'Requests to the receiver of alerts',
    ['outcome'],
  );
  readonly cycleSeconds: Histogram;

  constructor(source: MetricsSource) {
    this.#source = source;
    this.cycleSeconds = new Histogram({
      name: 'foreshadow_actuator_cycle_duration_seconds',
      help: 'Duration of one control cycle',
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
      registers: [this.registry],
    });
    this.#processMetrics();
    this.#edgeMetrics();
    this.#partitionMetrics();
    this.#scoreMetrics();
    this.#sumMetrics();
    this.#demandMetrics();
    this.#modelMetrics();
    this.#poolMetrics();
    this.#alertMetrics();
  }

  /** Prometheus text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({
      name: `foreshadow_actuator_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  /** A gauge whose values are set anew at each scrape, so that what is gone leaves no value behind. */
  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    fill: (gauge: Gauge<L>) => void,
  ): void {
    new Gauge<L>({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      collect(): void {
        this.reset();
        fill(this);
      },
    });
  }

  /** A counter that is kept elsewhere. */
  #countedElsewhere(name: string, help: string, total: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect(): void {
        this.reset();
        this.inc(total());
      },
    });
  }

  #processMetrics(): void {
    const source = this.#source;
    this.#countedElsewhere(
      'process_cpu_seconds_total',
      'User and system CPU time of the process',
      () => source.usage().cpuSeconds,
    );
    this.#gauge('process_resident_memory_bytes', 'Resident size of the process', [], (gauge) =>
      gauge.set(source.usage().residentBytes),
    );
  }

  #edgeMetrics(): void {
    this.#countedElsewhere(
      'foreshadow_actuator_link_unknown_partitions_total',
      'Reports of partitions that are not configured',
      () => this.#source.unknownPartitions(),
    );
    this.#gauge('foreshadow_edges_connected', 'Edges whose link is up', [], (gauge) =>
      gauge.set(this.#source.snapshot().edges.filter((e) => e.connected).length),
    );
  }

  #partitionMetrics(): void {
    const each = (name: string, help: string, value: (p: PartitionView) => number | null): void => {
      this.#gauge(`foreshadow_partition_${name}`, help, ['partition'], (gauge) => {
        for (const p of this.#source.snapshot().partitions) {
          const v = value(p);
          if (v !== null) gauge.set({ partition: p.partition }, v);
        }
      });
    };
    each('load_records_per_second', 'Load at the ingest edges', (p) => p.recordsPerSec);
    each('capacity_records_per_second', 'What the owner can process', (p) => p.capacityRecordsPerSec);
    each('lag_records', 'Records appended and not committed', (p) => p.lagRecords);
    each('lag_seconds', 'Age of the oldest record not committed', (p) => p.lagSeconds);
    each('stale', '1 if no edge has reported for three ticks', (p) => (p.stale ? 1 : 0));
    this.#gauge(
      'foreshadow_partition_forecast_records_per_second',
      'Forecast load; lower and upper bound the central 90 %',
      ['partition', 'horizon_seconds', 'bound'],
      (gauge) => {
        for (const { partition, forecast } of this.#source.snapshot().partitions) {
          for (const point of forecast) {
            const horizon_seconds = point.horizonMs / 1000;
            for (const bound of ['lower', 'mean', 'upper'] as const) {
              gauge.set({ partition, horizon_seconds, bound }, point[bound]);
            }
          }
        }
      },
    );
  }

  #scoreMetrics(): void {
    const each = (name: string, help: string, of: (h: Scorecard['horizons'][number]) => number): void => {
      this.#gauge(`foreshadow_forecast_${name}`, help, ['partition', 'horizon_seconds'], (gauge) => {
        for (const { partition, horizons } of this.#source.scorecards()) {
          for (const h of horizons) {
            const value = of(h);
            if (Number.isFinite(value)) gauge.set({ partition, horizon_seconds: h.horizonMs / 1000 }, value);
          }
        }
      });
    };
    each('wape_ratio', 'Σ|error| / Σ|actual| of the forecasts', (h) => h.wape);
    each('naive_wape_ratio', 'The same for last value', (h) => h.wapeNaive);
    each('bias_ratio', 'Σerror / Σ|actual|', (h) => h.bias);
    each('coverage_ratio', 'Share of actuals inside the 90 % interval', (h) => h.coverage90);
    each('scored', 'Forecasts scored', (h) => h.scored);
    each('wape_to_naive_ratio', 'WAPE of the forecasts over that of last value', (h) => h.wape / h.wapeNaive);
    each('interval_width_records_per_second', 'Mean width of the 90 % interval', (h) => h.width90);
  }

  #sumMetrics(): void {
    const each = (name: string, help: string, of: (s: LoadScore) => number): void => {
      this.#gauge(`foreshadow_forecast_${name}`, help, ['partition', 'horizon_seconds'], (gauge) => {
        for (const { partition, scores } of this.#source.loadScores()) {
          for (const s of scores) {
            if (Number.isFinite(of(s))) gauge.set({ partition, horizon_seconds: s.horizonMs / 1000 }, of(s));
          }
        }
      });
    };
    const recent = 'over about the last 500 scores';
    each('recent_coverage_ratio', `Coverage of the 90 % interval ${recent}`, (s) => s.coverage90);
    each('given_coverage_ratio', `The same before calibration of the sum`, (s) => s.coverage90Given);
    each('cumulative_coverage_ratio', `Coverage of cumulative load ${recent}`, (s) => s.cumulative90);
    each('given_cumulative_coverage_ratio', 'The same before calibration', (s) => s.cumulative90Given);
    each('edge_correlation', "Correlation of the edges' forecast errors", (s) => s.correlation);
  }

  #demandMetrics(): void {
    const each = (name: string, help: string, of: (s: DemandScore) => number): void => {
      const labels = ['pool', 'resource', 'horizon_seconds'] as const;
      this.#gauge(`foreshadow_demand_${name}`, help, labels, (gauge) => {
        for (const { pool, demandScores } of this.#source.demandScores()) {
          for (const s of demandScores) {
            const { resource, horizonMs } = s;
            if (Number.isFinite(of(s)))
              gauge.set({ pool, resource, horizon_seconds: horizonMs / 1000 }, of(s));
          }
        }
      });
    };
    const inside = 'Share of what workers used that lay inside the 90 % interval of demand';
    each('coverage_ratio', inside, (s) => s.coverage90);
    each('given_coverage_ratio', `${inside}, before calibration`, (s) => s.coverage90Given);
    each('scored', 'Demand forecasts of workers scored', (s) => s.scored);
  }

  #modelMetrics(): void {
    const source = this.#source;
    this.#gauge(
      'foreshadow_forecast_leading_expert_info',
      '1 for the expert with the largest weight',
      ['partition', 'horizon_seconds', 'expert'],
      (gauge) => {
        for (const { partition, horizonMs, expert } of source.leadingExperts()) {
          gauge.set({ partition, horizon_seconds: horizonMs / 1000, expert }, 1);
        }
      },
    );
    this.#gauge(
      'foreshadow_forecast_network_version',
      'Version of the network in use',
      ['stream', 'step_seconds'],
      (gauge) => {
        for (const { stream, stepMs, version } of source.networks()) {
          gauge.set({ stream, step_seconds: stepMs / 1000 }, version);
        }
      },
    );
    this.#gauge('foreshadow_actuator_saved_models_bytes', 'Models in the state store', [], (gauge) =>
      gauge.set(source.savedModels().bytes),
    );
    this.#countedElsewhere(
      'foreshadow_actuator_models_not_saved_total',
      'Models that found no room in the state store',
      () => source.savedModels().skipped,
    );
  }

  #alertMetrics(): void {
    const labels = ['alertname', 'severity', 'subject'] as const;
    this.#gauge('foreshadow_alerts_firing', '1 for each alert that fires', labels, (gauge) => {
      for (const { name, severity, subject } of this.#source.alerts()) {
        gauge.set({ alertname: name, severity, subject }, 1);
      }
    });
  }

  #poolMetrics(): void {
    const each = (name: string, help: string, value: (p: PoolView) => number | undefined | null): void => {
      this.#gauge(`foreshadow_pool_${name}`, help, ['pool'], (gauge) => {
        for (const p of this.#source.snapshot().pools) {
          const v = value(p);
          if (v !== undefined && v !== null && Number.isFinite(v)) gauge.set({ pool: p.name }, v);
        }
      });
    };
    each('planned_workers', 'Workers that the plan asks for', (p) => p.planned?.workers);
    each(
      'planned_worker_cpu_cores',
      'CPU allowance of each worker in the plan',
      (p) => p.planned?.perWorker.cpuCores,
    );
    each('capacity_cpu_cores', 'Sum of the allowances of ready workers', (p) => p.capacity.cpuCores);
    each('demand_cpu_cores', 'CPU that the present load demands', (p) => p.demand?.cpuCores);
    each('used_cpu_cores', 'CPU that workers used', (p) => p.used?.cpuCores);
    each('used_memory_bytes', 'Resident size of the workers', (p) => p.used?.memoryBytes);
    each('lead_time_seconds', 'From decision to ready, 90 % quantile', (p) => p.leadTimeMs / 1000);
    this.#gauge('foreshadow_pool_workers', 'Workers by phase', ['pool', 'phase'], (gauge) => {
      for (const { name, workers } of this.#source.snapshot().pools) {
        for (const phase of ['starting', 'ready', 'draining'] as const) {
          gauge.set({ pool: name, phase }, workers[phase]);
        }
      }
    });
  }
}
