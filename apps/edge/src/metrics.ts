import type { SamplingReport } from '@foreshadow/domain';
import type { EdgeStats } from '@foreshadow/edge-sdk';
import type { ProbeStatus } from '@foreshadow/shadow-thread';
import { Counter, Gauge, type MetricConfiguration, Registry } from 'prom-client';
import type { IngestStats } from './ingest.ts';
import type { ShadowStreamStatus } from './shadow-streams.ts';

/** What the metrics show, asked for at each scrape. */
export interface MetricsSource {
  ingest(): Iterable<readonly [stream: string, stats: IngestStats]>;
  stats(): EdgeStats;
  sampling(): readonly SamplingReport[];
  shadowStreams(): Readonly<Record<string, ShadowStreamStatus>>;
  probes(): Readonly<Record<string, ProbeStatus>>;
}

/** A value and the labels that it has. */
type Sample = readonly [labels: Readonly<Record<string, string | number>>, value: number | undefined];

/** Metrics of an edge node; names follow Prometheus: base units, `_total` for counters. */
export class EdgeMetrics {
  readonly #registry = new Registry();
  readonly #source: MetricsSource;

  constructor(source: MetricsSource) {
    this.#source = source;
    this.#ingest();
    this.#taps();
    this.#sampling();
    this.#probes();
  }

  /** Prometheus text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #counter(name: string, help: string, labelNames: readonly string[], values: () => Iterable<Sample>): void {
    const counter = new Counter({
      ...this.#described(name, help, labelNames),
      collect: () => {
        refill(counter, values(), (labels, value) => counter.inc(labels, value));
      },
    });
  }

  #gauge(name: string, help: string, labelNames: readonly string[], values: () => Iterable<Sample>): void {
    const gauge = new Gauge({
      ...this.#described(name, help, labelNames),
      collect: () => {
        refill(gauge, values(), (labels, value) => gauge.set(labels, value));
      },
    });
  }

  #described(name: string, help: string, labelNames: readonly string[]): MetricConfiguration<string> {
    return {
      name: `foreshadow_edge_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    };
  }

  #ingest(): void {
    const each = (name: string, help: string, of: (stats: IngestStats) => number): void =>
      this.#counter(name, help, ['stream'], () =>
        [...this.#source.ingest()].map(([stream, stats]): Sample => [{ stream }, of(stats)]),
      );
    each('ingest_records_total', 'Records appended', ({ records }) => records);
    each('ingest_bytes_total', 'Bytes of the records appended', ({ bytes }) => bytes);
    each('ingest_batches_total', 'Batches appended', ({ batches }) => batches);
    each('ingest_refused_total', 'Records that the log did not take', ({ refused }) => refused);
  }

  #taps(): void {
    const taps = () => Object.entries(this.#source.stats().streams);
    const each = (name: string, help: string, of: (tap: EdgeStats['streams'][string]) => number): void =>
      this.#counter(name, help, ['stream'], () =>
        taps().map(([stream, tap]): Sample => [{ stream }, of(tap)]),
      );
    each('tap_offered_total', 'Records that the tap was shown', ({ offered }) => offered);
    each('tap_refused_total', 'Records turned away, which are demand all the same', ({ refused }) => refused);
    each('tap_faults_total', 'Calls and records that made no sense', ({ faults }) => faults);
    const samples = (of: 'kept' | 'dropped'): Iterable<Sample> =>
      taps().flatMap(([stream, tap]): Sample[] => [
        [{ stream, shadow: '' }, tap[of]],
        ...Object.entries(tap.shadows).map(([shadow, own]): Sample => [{ stream, shadow }, own[of]]),
      ]);
    const labels = ['stream', 'shadow'];
    this.#counter('samples_kept_total', 'Records that the sampler chose', labels, () => samples('kept'));
    this.#counter('samples_dropped_total', 'Samples that there was no room for', labels, () =>
      samples('dropped'),
    );
    this.#counter('shadow_appended_total', 'Samples that a shadow stream put into the log', ['shadow'], () =>
      Object.entries(this.#source.shadowStreams()).map(
        ([shadow, { appended }]): Sample => [{ shadow }, appended],
      ),
    );
    this.#counter('failures_total', 'Errors in ticks, listeners and the link', [], () => [
      [{}, this.#source.stats().failures],
    ]);
  }

  #sampling(): void {
    const each = (name: string, help: string, of: (report: SamplingReport) => number | undefined): void =>
      this.#gauge(name, help, ['stream'], () =>
        this.#source.sampling().map((report): Sample => [{ stream: report.stream }, of(report)]),
      );
    this.#gauge(
      'sampling_rate_ratio',
      'Share of the records sampled, of the partition sampled least and most',
      ['stream', 'shadow', 'bound'],
      () =>
        this.#source.sampling().flatMap(({ stream, shadows, ...main }) =>
          [{ name: '', ...main }, ...shadows].flatMap(({ name: shadow, minRate, maxRate }): Sample[] => [
            [{ stream, shadow, bound: 'min' }, minRate],
            [{ stream, shadow, bound: 'max' }, maxRate],
          ]),
        ),
    );
    each('tap_record_seconds', 'What the tap takes a record, on average', ({ recordNs }) =>
      recordNs === undefined ? undefined : recordNs / 1e9,
    );
    each(
      'tap_overhead_ratio',
      "Share of the record path's time that the tap takes",
      (report) => report.overheadShare,
    );
    each(
      'tap_budget_ratio',
      'Share that it may take, where rates are adapted',
      ({ budget }) => budget?.share,
    );
    this.#gauge('sampling_reason_info', '1 for why rates are what they are', ['stream', 'reason'], () =>
      this.#source
        .sampling()
        .flatMap(({ stream, budget }): Sample[] =>
          budget === undefined ? [] : [[{ stream, reason: budget.reason }, 1]],
        ),
    );
    this.#gauge(
      'estimate_error_ratio',
      "Standard error of a tick's total over the total; 0: counted",
      ['stream', 'quantity'],
      () =>
        this.#source
          .sampling()
          .flatMap(({ stream, recordsError, bytesError, distinctKeysError }): Sample[] => [
            [{ stream, quantity: 'records' }, recordsError],
            [{ stream, quantity: 'bytes' }, bytesError],
            [{ stream, quantity: 'distinct_keys' }, distinctKeysError],
          ]),
    );
    this.#gauge(
      'record_size_bytes',
      'Quantiles of record sizes from the sample; lower and upper bound their 95 % interval',
      ['stream', 'quantile', 'bound'],
      () =>
        this.#source.sampling().flatMap(({ stream, sizes }) =>
          sizes.flatMap(({ quantile, sizeBytes, low, high }): Sample[] => [
            [{ stream, quantile, bound: 'lower' }, low],
            [{ stream, quantile, bound: 'value' }, sizeBytes],
            [{ stream, quantile, bound: 'upper' }, high],
          ]),
        ),
    );
  }

  #probes(): void {
    const probes = () => Object.entries(this.#source.probes());
    this.#gauge('probe_running', '1 while the probe runs, 0 once it was ended', ['stream'], () =>
      probes().map(([stream, { state }]): Sample => [{ stream }, state === 'ended' ? 0 : 1]),
    );
    const each = (name: string, help: string, of: (probe: ProbeStatus) => number): void =>
      this.#counter(name, help, ['stream'], () =>
        probes().map(([stream, probe]): Sample => [{ stream }, of(probe)]),
      );
    each('probe_records_total', 'Records probed', ({ records }) => records);
    each(
      'probe_skipped_total',
      "Left out since the probe's share of a core was spent",
      ({ skipped }) => skipped,
    );
    each('probe_dropped_total', 'Lost since the probe did not keep up', ({ dropped }) => dropped);
  }
}

/** Values as they are now, in place of those of the last scrape; what is not known has no sample. */
function refill(
  metric: { reset(): void },
  values: Iterable<Sample>,
  put: (labels: Sample[0], value: number) => void,
): void {
  metric.reset();
  for (const [labels, value] of values) if (value !== undefined) put(labels, value);
}
