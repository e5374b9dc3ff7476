import { describe, expect, it } from 'vitest';
import { configJsonSchema, overlayEnvironment, parseConfig, toWorkerPool } from '../src/config/index.ts';

const valid = {
  streams: [{ name: 'orders', partitions: 4 }],
  pools: [{ name: 'orders-workers', stream: 'orders' }],
};

function budgeted(overhead: unknown, sampler: unknown = {}): unknown {
  return { streams: [{ name: 'a', partitions: 1, sampler, overhead }] };
}

function sampledBy(sampler: unknown): unknown {
  return { streams: [{ name: 'a', partitions: 1, sampler }] };
}

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    const config = parseConfig(valid);
    expect(config.forecast.horizonsMs).toEqual([5000, 60_000, 300_000]);
    expect(config.streams[0]?.sampler).toEqual({ kind: 'bernoulli', rate: 0.01, seed: 1 });
    expect(config.actuator.host).toBe('127.0.0.1');
    expect(config.actuator.mode).toBe('advise');
    expect(config.forecast.lstm).toEqual({ enabled: true, everyMinutes: 30 });
  });

  it('has a probe of a stream where one is named, with budgets', () => {
    const probed = (probe: unknown) =>
      parseConfig({ streams: [{ name: 'a', partitions: 1, probe }] }).streams[0];
    expect(parseConfig(valid).streams[0]?.probe).toBeUndefined();
    expect(probed({ module: './cost.js' })?.probe).toEqual({
      module: './cost.js',
      rate: 0.02,
      cpuShare: 0.05,
      recordMs: 1000,
      startMs: 30_000,
      memoryMib: 128,
    });
    expect(() => probed({ rate: 0.1 })).toThrow(/streams\.0\.probe\.module/);
    expect(() => probed({ module: './cost.js', cpuShare: 1.5 })).toThrow(/streams\.0\.probe\.cpuShare/);
  });

  it('accepts nothing at all', () => {
    expect(parseConfig(undefined).streams).toEqual([]);
  });

  it.each([
    [{ streams: [{ name: 'orders', partitions: 0 }] }, /streams\.0\.partitions: .*>=1.*got 0/],
    [{ streams: [{ name: 'or ders', partitions: 1 }] }, /streams\.0\.name: letters.*got "or ders"/],
    [{ ...valid, pools: [{ name: 'p', stream: 'nope' }] }, /pools\.0\.stream: one of orders; got "nope"/],
    [
      { ...valid, pools: [{ name: 'p', stream: 'orders', minWorkers: 9, maxWorkers: 2 }] },
      /pools\.0\.minWorkers: at most maxWorkers \(2\); got 9/,
    ],
    [{ forecast: { zone: 'Mars/Olympus' } }, /forecast\.zone: .*as Europe\/Berlin/],
    [
      { streams: [{ name: 'a', partitions: 1 }], forecast: { upstream: { a: ['b'] } } },
      /forecast\.upstream\.a: streams of a; got "b"/,
    ],
    [
      { streams: [{ name: 'a', partitions: 1 }], forecast: { upstream: { a: ['a'] } } },
      /forecast\.upstream\.a: different other streams; got \["a"\]/,
    ],
    [{ forecast: { horizonsMs: [5000, 1000] } }, /forecast\.horizonsMs: ascending; got \[5000,1000\]/],
    [
      { forecast: { horizonsMs: [1500] } },
      /forecast\.horizonsMs\.0: a multiple of tickMs \(1000\); got 1500/,
    ],
    [{ forecast: { lstm: { everyMinutes: 0 } } }, /forecast\.lstm\.everyMinutes: .*>0.*got 0/],
    [{ edge: { actuatorUrl: 'nonsense' } }, /edge\.actuatorUrl: .*got "nonsense"/],
    [{ edge: { actuatorUrl: 'ws://a/v1/link,http://b' } }, /edge\.actuatorUrl: ws:.*with commas/],
    [{ streams: [valid.streams[0], valid.streams[0]] }, /streams\.1\.name: each stream once/],
    [
      { streams: [{ name: 'a', partitions: 1, sampler: { rate: 1.5 } }] },
      /streams\.0\.sampler\.rate: .*<=1.*got 1\.5/,
    ],
    [sampledBy({ rate: 0 }), /streams\.0\.sampler\.rate: .*>0.*got 0/],
    [sampledBy({ kind: 'dice' }), /streams\.0\.sampler\.kind: .*"keyed".*got "dice"/],
    [sampledBy({ kind: 'stratified', block: 0 }), /streams\.0\.sampler\.block: .*>=1.*got 0/],
    [sampledBy({ block: 10 }), /streams\.0\.sampler\.block: only with kind systematic or stratified.*got 10/],
    [sampledBy({ kind: 'systematic', block: 10, rate: 0.1 }), /sampler\.block: either block or rate/],
    [sampledBy({ by: 'size' }), /streams\.0\.sampler\.by: only with kind priority.*got "size"/],
    [budgeted({ share: 1 }), /streams\.0\.overhead\.share: .*<1.*got 1/],
    [budgeted({ floorSamples: 0 }), /streams\.0\.overhead\.floorSamples: .*>=1.*got 0/],
    [budgeted({ floorSamples: 2.5 }), /streams\.0\.overhead\.floorSamples: .*int.*got 2\.5/],
    [budgeted({ maxRate: 1.5 }), /streams\.0\.overhead\.maxRate: .*<=1.*got 1\.5/],
    [
      { streams: [{ name: 'a', partitions: 1, tap: 'log', overhead: {} }] },
      /streams\.0\.overhead: only with an inline tap; this one is log/,
    ],
    [{ streams: [{ name: 'a', partitions: 1, tap: 'x' }] }, /streams\.0\.tap: .*"log".*got "x"/],
    [budgeted({ budget: 1 }), /streams\.0\.overhead: .*"budget"/],
    [
      budgeted({ maxRate: 0.001 }),
      /streams\.0\.overhead\.maxRate: at least sampler\.rate \(0\.01\); got 0\.001/,
    ],
    [
      budgeted({}, { kind: 'reservoir' }),
      /streams\.0\.overhead: only with a sampler that has a rate; got kind "reservoir"/,
    ],
    [sampledBy({ kind: 'reservoir', capacity: 1 }), /streams\.0\.sampler\.capacity: .*>=2.*got 1/],
    [
      { streams: [{ name: 'a', partitions: 1, shadows: [{ name: 'a' }] }] },
      /streams\.0\.shadows\.0\.name: a name that no stream and no other shadow has; got "a"/,
    ],
    [
      {
        streams: [{ name: 'a', partitions: 1, shadows: [{ name: 'a.shadow' }] }],
        pools: [{ name: 'p', stream: 'a.shadow' }],
      },
      /pools\.0\.stream: one of a; got "a\.shadow"/,
    ],
  ])('says key, value and range: %j', (input, message) => {
    expect(() => parseConfig(input)).toThrow(message);
  });

  it.each([
    [
      { kind: 'stratified', block: 50 },
      { kind: 'stratified', rate: 0.02, seed: 1 },
    ],
    [
      { kind: 'keyed', rate: 0.2 },
      { kind: 'keyed', rate: 0.2, seed: 1 },
    ],
    [
      { kind: 'reservoir', capacity: 128 },
      { kind: 'reservoir', rate: 1, capacity: 128, seed: 1 },
    ],
    [
      { kind: 'priority', by: 'class' },
      { kind: 'priority', rate: 1, by: 'class', seed: 1 },
    ],
  ])('gives the sampler %j its rate', (sampler, expected) => {
    expect(parseConfig(sampledBy(sampler)).streams[0]?.sampler).toEqual(expected);
  });

  it('names unknown keys instead of ignoring them', () => {
    expect(() => parseConfig({ actuator: { prot: 8080 } })).toThrow(/actuator.*prot/);
  });
});

describe('overlayEnvironment', () => {
  const schema = configJsonSchema();

  it('sets nested keys, whatever their case', () => {
    const over = overlayEnvironment(
      valid,
      {
        FORESHADOW__ACTUATOR__PORT: '8080',
        FORESHADOW__STREAMS__0__PARTITIONS: '16',
        FORESHADOW__ACTUATOR__PLAN_INTERVAL_MS: '2000',
        HOME: '/x',
      },
      schema,
    );
    const config = parseConfig(over);
    expect(config.actuator.port).toBe(8080);
    expect(config.actuator.planIntervalMs).toBe(2000);
    expect(config.streams[0]?.partitions).toBe(16);
    expect(valid.streams[0]?.partitions).toBe(4);
  });

  it('refuses a variable that names no key', () => {
    expect(() => overlayEnvironment({}, { FORESHADOW__ACTUATOR__PROT: '1' }, schema)).toThrow(
      /no key "PROT"; one of host, port/,
    );
  });

  it('cannot reach the prototype', () => {
    expect(() => overlayEnvironment({}, { FORESHADOW____PROTO____X: '1' }, schema)).toThrow(/no key/);
  });
});

it('describes the pool of a stream', () => {
  const config = parseConfig(valid);
  const pool = toWorkerPool(config.pools[0]!, config.streams[0]!);
  expect(pool.partitions).toEqual(['orders/0', 'orders/1', 'orders/2', 'orders/3']);
  expect(pool.bounds.maxWorkers).toBe(8);
});

describe('a pool for each partition', () => {
  const each = (over: object = {}) =>
    parseConfig({
      streams: [{ name: 'orders', partitions: 3 }],
      pools: [{ name: 'workers', stream: 'orders', mode: 'perPartition', minWorkers: 2, ...over }],
    });

  it('is as many pools of one partition, of the same group', () => {
    const { pools, streams } = each();
    expect(pools.map(({ name }) => name)).toEqual(['workers-0', 'workers-1', 'workers-2']);
    const pool = toWorkerPool(pools[1]!, streams[0]!);
    expect(pool).toMatchObject({ mode: 'ordered', group: 'workers', partitions: ['orders/1'] });
    expect(pool.bounds).toMatchObject({ minWorkers: 1, maxWorkers: 1 });
    expect(parseConfig({ streams, pools }).pools).toEqual(pools);
  });

  it('refuses a partition that there is not, and a name that is taken', () => {
    expect(() => each({ partition: 1 })).toThrow(/pools\.0\.partition: only with mode ordered/);
    expect(() => each({ mode: 'ordered', partition: 3 })).toThrow(
      /pools\.0\.partition: below the 3 of stream "orders"; got 3/,
    );
    expect(() =>
      parseConfig({
        streams: [{ name: 'orders', partitions: 3 }],
        pools: [
          { name: 'workers', stream: 'orders', mode: 'perPartition' },
          { name: 'workers-2', stream: 'orders' },
        ],
      }),
    ).toThrow(/"workers-2" is taken/);
  });
});
