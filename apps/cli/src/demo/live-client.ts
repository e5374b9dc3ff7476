import type { DecisionView, EventView, LiveSnapshot } from '@foreshadow/domain';
import { createParser } from 'eventsource-parser';

export interface LiveHandlers {
  readonly onSnapshot: (snapshot: LiveSnapshot) => void;
  readonly onDecision: (decision: DecisionView) => void;
  readonly onEvent: (event: EventView) => void;
}

const RETRY_MS = 500;

/**
 * Follow `GET /v1/live` until the signal aborts, connecting anew whenever the actuator goes away; of several addresses
 * the next is tried, since only the actuator that leads has anything to tell.
 */
export async function followLive(
  baseUrls: readonly string[],
  handlers: LiveHandlers,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await readOnce(`${baseUrls[attempt % baseUrls.length]}/v1/live`, handlers, signal);
    } catch {
      // The actuator starts, restarts or is gone: the next attempt tells.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function readOnce(url: string, handlers: LiveHandlers, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  if (!response.ok || response.body === null) return;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'snapshot') handlers.onSnapshot(JSON.parse(data) as LiveSnapshot);
      else if (event === 'decision') handlers.onDecision(JSON.parse(data) as DecisionView);
      else if (event === 'event') handlers.onEvent(JSON.parse(data) as EventView);
    },
  });
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) parser.feed(chunk);
}
