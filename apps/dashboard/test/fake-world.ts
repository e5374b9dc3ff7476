import type {
  AlertView,
  DecisionView,
  EventView,
  ForecastPoint,
  LiveSnapshot,
  PartitionDetail,
  PartitionKey,
  PartitionView,
  PoolPlan,
  PoolView,
  SamplingView,
  ScorecardView,
  WeightsView,
} from '@foreshadow/domain';

/** Everything in the past of this wall-clock time was "before the page was opened". */
export const START_MS = Date.UTC(2026, 4, 12, 9, 0, 0);
const HORIZONS_MS = [5_000, 60_000, 300_000];
const PATH_MS = [
  ...[1, 2, 3, 4, 5].map((s) => s * 1_000),
  ...Array.from({ length: 11 }, (_, i) => (i + 2) * 5_000),
  ...Array.from({ length: 8 }, (_, i) => (i + 3) * 30_000),
];

export interface FakeWorldOptions {
  readonly partitions: number;
  /** Index of a partition whose edge is silent. */
  readonly staleIndex?: number;
}

/** A deterministic stand-in for an actuator: two seasons, noise, one hot partition, a pool that follows the load. */
export class FakeWorld {
  readonly #options: FakeWorldOptions;

  constructor(options: FakeWorldOptions) {
    this.#options = options;
  }

  key(index: number): PartitionKey {
    return `orders/${index}`;
  }

  #alerts(): AlertView[] {
    const { staleIndex } = this.#options;
    if (staleIndex === undefined) return [];
    const partition = this.key(staleIndex);
    return [
      {
        name: 'ForeshadowPartitionStale',
        severity: 'warning',
        subject: partition,
        labels: { partition },
        summary: `No edge reports the load of ${partition}`,
        description: 'plans rest on older forecasts, then on the log alone, and nothing shrinks',
        startsAtMs: START_MS - 60_000,
      },
    ];
  }

  snapshot(atMs: number): LiveSnapshot {
    return {
      atMs,
      mode: 'act',
      planIntervalMs: 5_000,
      pools: [this.pool(atMs)],
      partitions: Array.from({ length: this.#options.partitions }, (_, index) => this.partition(index, atMs)),
      edges: [
        {
          nodeId: 'edge-a',
          connected: true,
          lastSeenMs: atMs - 300,
          framesReceived: 1_234,
          bytesReceived: 45_678,
        },
      ],
      sampling: sampling(atMs),
      alerts: this.#alerts(),
    };
  }

  partition(index: number, atMs: number): PartitionView {
    const stale = index === this.#options.staleIndex;
    const path = PATH_MS.map((horizonMs) => forecastPoint(index, atMs, horizonMs));
    return {
      partition: this.key(index),
      atMs: stale ? START_MS - 60_000 : atMs,
      recordsPerSec: stale ? null : noisyRate(index, atMs),
      forecast: stale ? [] : HORIZONS_MS.map((horizonMs) => forecastPoint(index, atMs, horizonMs)),
      path: stale ? [] : path,
      capacityRecordsPerSec: capacity(index, atMs),
      owner: `orders-w${(index % 3) + 1}`,
      lagRecords: stale ? null : Math.max(0, Math.round(noisyRate(index, atMs) * 0.05)),
      lagSeconds: stale ? null : 0.05,
      leadingExpert: stale ? null : ['holt-winters', 'seasonal-naive', 'ar'][index % 3]!,
      workPerRecord: 310,
      stale,
    };
  }

  detail(index: number, atMs: number): PartitionDetail {
    const view = this.partition(index, atMs);
    const series = Array.from({ length: 600 }, (_, i) => {
      const seriesAtMs = atMs - (600 - i) * 1_000;
      const gap = index === 1 && i > 440 && i < 470;
      return {
        atMs: seriesAtMs,
        recordsPerSec: view.stale || gap ? null : noisyRate(index, seriesAtMs),
        capacityRecordsPerSec: capacity(index, seriesAtMs),
      };
    });
    const horizons = HORIZONS_MS.map((horizonMs, i) => ({
      horizonMs,
      scored: 500 - i * 100,
      wape: 0.08 + i * 0.03,
      wapeNaive: 0.11 + i * 0.09,
      bias: -0.01,
      coverage90: 0.9,
      width90: 40,
    }));
    const experts = [
      { name: 'holt-winters', weights: [0.6, 0.7, 0.8] },
      { name: 'naive', weights: [0.4, 0.3, 0.2] },
    ];
    return { view, series, scorecard: { partition: view.partition, horizons, experts } };
  }

  scorecard(index: number, atMs: number): ScorecardView {
    const { scorecard } = this.detail(index, atMs);
    const horizons = scorecard?.horizons ?? [];
    const models = [5_000, 30_000].map((stepMs, i) => ({
      algorithm: ['ets', 'arima'][i]!,
      form: ['ETS(A,Ad,A)[36]', 'ARIMA(1,1,2)(1,0,0)[6]'][i]!,
      stepMs,
      parameters: { alpha: 0.3123, phi: 0.94, sigma2: 141.7 },
      trainedOn: { fromMs: atMs - 3_000_000, toMs: atMs - 125_000, count: 512 },
      score: i === 0 ? 0.824 : Number.NaN,
      version: '5f2c9a10',
    }));
    const forecaster = {
      nodeId: 'edge-a',
      atMs,
      horizons,
      experts: scorecard?.experts ?? [],
      seasons: [
        { stepMs: 1_000, lengths: [40] },
        { stepMs: 30_000, lengths: [6] },
      ],
      models,
      features: [
        { stepMs: 30_000, name: 'around sale', isIn: false, saved: Number.NaN, score: 0 },
        { stepMs: 30_000, name: 'during sale', isIn: true, saved: 0.12, score: 3.1 },
      ],
      drift: [],
    };
    return { partition: this.key(index), horizons, experts: forecaster.experts, forecasters: [forecaster] };
  }

  /** Eleven experts over forty minutes; one takes the lead from another after a drift. */
  weights(index: number, atMs: number, horizonMs: number): WeightsView {
    const times = Array.from({ length: 240 }, (_, i) => atMs - (239 - i) * 10_000).filter(
      (_, i) => i < 100 || i > 110,
    );
    const driftMs = atMs - 900_000;
    const turned = (ms: number): number => 1 / (1 + Math.exp(-(ms - driftMs) / 60_000));
    const shares: Record<string, (ms: number) => number> = {
      'holt-winters': (ms) => 0.6 - 0.45 * turned(ms),
      ets: (ms) => 0.1 + 0.5 * turned(ms),
      'seasonal-naive': () => 0.12,
      lstm: (ms) => 0.05 + 0.03 * Math.sin(ms / 200_000),
      ...Object.fromEntries(
        ['ar', 'theta', 'arima', 'naive', 'drift', 'mean', 'ses'].map((n) => [n, () => 0.02]),
      ),
    };
    const total = (ms: number): number => Object.values(shares).reduce((sum, of) => sum + of(ms), 0);
    return {
      partition: this.key(index),
      horizonMs,
      horizonsMs: HORIZONS_MS,
      atMs: times,
      experts: Object.entries(shares).map(([name, of]) => ({
        name,
        weights: times.map((ms) => Math.round((1000 * of(ms)) / total(ms)) / 1000),
      })),
      marks: [
        { atMs: driftMs - 600_000, kind: 'refit', message: 'refit: ets ETS(A,N,A)[36] on 512 steps of 5 s' },
        { atMs: driftMs, kind: 'drift', message: 'drift: page-hinkley; refit follows' },
        {
          atMs: driftMs + 15_000,
          kind: 'refit',
          message: 'refit: ets ETS(A,N,A)[36] → ETS(A,Ad,A)[36] on 512 steps of 5 s',
        },
        {
          atMs: driftMs + 60_000,
          kind: 'lead',
          message:
            'leading expert at 1 min: holt-winters (31 %) → ets (42 %); WAPE 11 %, 0.55 of last value, coverage 90 %, 400 scored',
        },
      ],
    };
  }

  pool(atMs: number): PoolView {
    const demand = totalCores(this.#options.partitions, atMs);
    const workers = workersAt(atMs);
    const size = {
      cpuCores: 0.25,
      memoryBytes: 128 * 2 ** 20,
      networkBytesPerSec: 2e6,
      diskBytesPerSec: 1e6,
    };
    const times = (n: number) => ({
      cpuCores: size.cpuCores * n,
      memoryBytes: size.memoryBytes * n,
      networkBytesPerSec: size.networkBytesPerSec * n,
      diskBytesPerSec: size.diskBytesPerSec * n,
    });
    return {
      name: 'orders',
      stream: 'orders',
      workers: { starting: workersAt(atMs + 15_000) > workers ? 1 : 0, ready: workers, draining: 0 },
      capacity: times(workers),
      demand: { ...times(workers * 0.6), cpuCores: demand },
      planned: { workers: workersAt(atMs + 15_000), perWorker: size },
      used: { ...times(workers * 0.55), cpuCores: demand * 0.97 },
      leadTimeMs: 15_200,
      lastDecision: this.decision(Math.floor((atMs - START_MS) / 20_000)),
    };
  }

  /** Decision number `n`; one every 20 s, counted from the start. */
  decision(n: number): DecisionView {
    const decidedAtMs = START_MS + n * 20_000;
    const workers = workersAt(decidedAtMs + 15_000);
    const before = workersAt(decidedAtMs - 5_000);
    const [reason, message] = decisionWords(before, workers);
    const plan: PoolPlan = {
      pool: 'orders',
      decidedAtMs,
      allocation: {
        workers,
        perWorker: {
          cpuCores: 0.25,
          memoryBytes: 128 * 2 ** 20,
          networkBytesPerSec: 2e6,
          diskBytesPerSec: 1e6,
        },
      },
      assignment: { version: n, owners: {} },
      retiring: workers < before ? ['orders-w4'] : [],
      reason,
      basis: 'forecast',
      message,
      ingredients: {
        forecastCpuCores: 0.84,
        presentCpuCores: 0.71,
        leadTimeMs: 15_200,
        targetUtilization: 0.8,
        lagRecords: 12,
        backlogCpuCores: Number.NaN,
        readyWorkers: before,
      },
      changed: workers !== before,
      unfulfilled: ['networkBytesPerSec: the orchestrator cannot limit it'],
    };
    return { ...plan, id: n + 1_000, applied: true };
  }

  event(n: number): EventView {
    const atMs = START_MS + n * 20_000 + 300;
    return {
      id: n + 1_000,
      atMs,
      kind: n % 2 === 0 ? 'worker-ready' : 'worker-started',
      subject: `orders-w${(((n % 4) + 4) % 4) + 1}`,
      message: n % 2 === 0 ? 'Ready after 15.2 s.' : 'Started with 0.25 cores.',
    };
  }
}

function decisionWords(before: number, workers: number): readonly [PoolPlan['reason'], string] {
  if (workers > before) {
    const needed = 'Forecast demand of 0.84 cores at the lead time of 15.2 s';
    return ['FORECAST_SCALE_UP', `${needed} exceeds the ready 0.75 cores: order one more worker now.`];
  }
  if (workers < before) return ['FORECAST_SCALE_DOWN', 'Demand stays below 0.60 cores for the next minute.'];
  return ['WITHIN_TOLERANCE', 'Demand of 0.71 cores is within 10 % of what is provided.'];
}

function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x) - 0.5;
}

function meanRate(index: number, atMs: number): number {
  const s = (atMs - START_MS) / 1_000;
  const base = 900 / (index + 1);
  return (
    base * (1 + 0.45 * Math.sin((2 * Math.PI * s) / 180) + 0.12 * Math.sin((2 * Math.PI * s) / 40 + index))
  );
}

function noisyRate(index: number, atMs: number): number {
  return meanRate(index, atMs) * (1 + 0.14 * noise(Math.round(atMs / 1_000) * 7 + index * 101));
}

function forecastPoint(index: number, atMs: number, horizonMs: number): ForecastPoint {
  const slip = 1 + 0.1 * noise(Math.floor(atMs / 25_000) + index) * Math.min(1, horizonMs / 60_000);
  const mean = meanRate(index, atMs + horizonMs) * slip;
  const half = mean * (0.07 + 0.13 * Math.sqrt(horizonMs / 300_000));
  return { horizonMs, mean, lower: mean - half, upper: mean + half };
}

function totalCores(partitions: number, atMs: number): number {
  let total = 0;
  for (let index = 0; index < partitions; index += 1) total += noisyRate(index, atMs);
  return total / 3_500;
}

function workersAt(atMs: number): number {
  return meanRate(0, atMs + 15_000) > 1_000 ? 4 : meanRate(0, atMs + 15_000) > 700 ? 3 : 2;
}

function capacity(index: number, atMs: number): number {
  return ((workersAt(atMs) * 430) / (index + 1)) * (index === 2 ? 0.72 : 1);
}

/** Two edges, one with a budget that its floor exceeds and a shadow stream that drops, one that measured nothing yet. */
function sampling(atMs: number): SamplingView[] {
  const common = {
    stream: 'orders',
    atMs,
    spanMs: 5000,
    kind: 'bernoulli',
    sizes: [],
    hotKeys: [],
    shadows: [],
  };
  return [
    {
      ...common,
      nodeId: 'edge-a',
      minRate: 0.0125,
      maxRate: 1,
      offered: 61_440,
      kept: 900,
      dropped: 12,
      recordNs: 63.4,
      overheadShare: 0.0213,
      budget: { share: 0.01, reason: 'FLOOR_EXCEEDS_BUDGET' },
      recordsError: 0,
      bytesError: 0,
      distinctKeysError: 0.0044,
      sizes: [
        { quantile: 0.5, sizeBytes: 204, low: 200, high: 208 },
        { quantile: 0.9, sizeBytes: 1234, low: 1100, high: 1400 },
        { quantile: 0.99, sizeBytes: 20_480, low: 16_000, high: 30_000 },
      ],
      hotKeys: [],
      shadows: [
        { name: 'orders.keys', kind: 'keyed', minRate: 0.05, maxRate: 0.05, kept: 3000, dropped: 250 },
      ],
    },
    {
      ...common,
      nodeId: 'edge-b',
      minRate: 0.01,
      maxRate: 0.01,
      offered: 0,
      kept: 0,
      dropped: 0,
      recordNs: null,
      overheadShare: null,
      budget: null,
      recordsError: null,
      bytesError: null,
      distinctKeysError: null,
    },
  ];
}
