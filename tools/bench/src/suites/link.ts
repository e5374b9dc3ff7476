import { type LoadForecast, type LoadSample, partitionKey, Xoshiro128 } from '@foreshadow/domain';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { decodeMessage, encodeForecasts, encodeLoads, LinkSession } from '@foreshadow/protocol';
import type { Figure } from '../report.ts';

const PARTITIONS = 256;
const WARM_TICKS = 240;
const TICKS = 60;
const STREAM = 'orders';
const START_MS = 1_700_000_000_000;

/** Size and decoding of real forecasts; JSON of the same data is the baseline. */
export function linkFigures(): Figure[] {
  const streams = [{ name: STREAM, partitions: PARTITIONS }];
  const horizonsMs = [5000, 60_000, 300_000];
  const sender = new LinkSession({ streams, epoch: 1, horizonsMs });
  const receiver = new LinkSession({ streams, epoch: 1, horizonsMs });
  let forecastBytes = 0;
  let loadBytes = 0;
  let jsonBytes = 0;
  const frames: Uint8Array[] = [];
  for (const { samples, forecasts } of realTicks(horizonsMs)) {
    const forecastFrames = encodeForecasts(forecasts, sender);
    const loadFrames = encodeLoads(samples, sender);
    forecastBytes += total(forecastFrames);
    loadBytes += total(loadFrames);
    jsonBytes += JSON.stringify(forecasts).length;
    frames.push(...forecastFrames, ...loadFrames);
  }
  const perTick = PARTITIONS * TICKS;
  const seconds = decodeAll(frames, receiver);
  return [
    {
      name: 'forecast, bytes a partition and tick',
      value: forecastBytes / perTick,
      unit: 'B',
      baseline: { name: 'JSON', value: jsonBytes / perTick },
    },
    { name: 'counts, bytes a partition and tick', value: loadBytes / perTick, unit: 'B' },
    { name: `frames of ${PARTITIONS} partitions decoded`, value: frames.length / seconds, unit: 'frames/s' },
    { name: 'partitions decoded', value: (perTick * 2) / seconds, unit: 'partitions/s' },
  ];
}

function* realTicks(
  horizonsMs: readonly number[],
): Generator<{ samples: readonly LoadSample[]; forecasts: readonly LoadForecast[] }> {
  const edge = new ForeshadowEdge({
    nodeId: 'bench',
    streams: [{ name: STREAM, partitions: PARTITIONS }],
    forecast: { tickMs: 1000, horizonsMs },
  });
  const rng = new Xoshiro128(1);
  for (let t = 0; t < WARM_TICKS + TICKS; t++) {
    for (let p = 0; p < PARTITIONS; p++) {
      const rate = 40 + 20 * Math.sin((2 * Math.PI * t) / (30 + (p % 60))) + 10 * rng.next();
      for (let i = 0; i < rate; i++)
        edge.offer(STREAM, p, `${partitionKey(STREAM, p)}-${i % 20}`, 150 + (i % 100));
    }
    edge.tick(START_MS + 1000 * (t + 1));
    if (t >= WARM_TICKS) yield { samples: edge.samples(), forecasts: edge.forecasts() };
  }
}

function decodeAll(frames: readonly Uint8Array[], session: LinkSession): number {
  const rounds = 5;
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) for (const frame of frames) decodeMessage(frame, session);
  return (performance.now() - startedAt) / 1000 / rounds;
}

function total(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
