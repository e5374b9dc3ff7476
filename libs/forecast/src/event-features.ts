import type { AnnouncedEvent } from '@foreshadow/domain';

/** Features of one kind of event: two of its course, two of what surrounds it. */
export const EVENT_FEATURES = 4;
/** An event is felt before and after it over this part of its length, or so many steps. */
const AROUND_SHARE = 0.25;
const AROUND_STEPS = 2;

/** How long before its beginning, and after its end, an event may be felt. */
export function reachMs({ fromMs, toMs }: AnnouncedEvent, stepMs: number): number {
  return Math.max(AROUND_STEPS * stepMs, AROUND_SHARE * (toMs - fromMs));
}

/**
 * What the events of one kind are to the step [fromMs, fromMs + stepMs): the part of it that they fill; how far they are
 * from their middle, −½ … ½, times that part; how near they are, 0 … 1; how near they still are. All times their
 * magnitude, events at the same time added up.
 */
export function eventFeatures(events: readonly AnnouncedEvent[], fromMs: number, stepMs: number): number[] {
  const sum = [0, 0, 0, 0];
  for (const event of events) {
    if (!(event.toMs > event.fromMs)) continue;
    for (const [i, x] of featuresOf(event, fromMs, stepMs).entries())
      sum[i] = (sum[i] ?? 0) + x * event.magnitude;
  }
  return sum;
}

function featuresOf(event: AnnouncedEvent, fromMs: number, stepMs: number): readonly number[] {
  const begin = Math.max(fromMs, event.fromMs);
  const end = Math.min(fromMs + stepMs, event.toMs);
  const share = Math.max(0, end - begin) / stepMs;
  const course = ((begin + end) / 2 - event.fromMs) / (event.toMs - event.fromMs) - 0.5;
  const middle = fromMs + stepMs / 2;
  const reach = reachMs(event, stepMs);
  return [
    share,
    share * course,
    nearness(event.fromMs - middle, reach),
    nearness(middle - event.toMs, reach),
  ];
}

/** 1 at no distance, 0 from `reach` on and on the other side. */
function nearness(distance: number, reach: number): number {
  return distance > 0 ? Math.max(0, 1 - distance / reach) : 0;
}
