/**
 * Fake time and made-up load, repeatable from a seed: for tests, benchmarks and the demo.
 * @module
 */
export { type BurstOptions, burstFactor } from './bursts.ts';
export { type DemoShape, demoShape, type DemoShapeOptions } from './demo-shape.ts';
export { FakeClock, type FakeClockOptions } from './fake-clock.ts';
export { mixSeed } from './hash.ts';
export type { LoadShape } from './load-shape.ts';
export { poisson } from './poisson.ts';
export { ZipfSampler, zipfShares } from './zipf.ts';
