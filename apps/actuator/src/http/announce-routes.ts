import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Announcements } from '../announce/announcements.ts';
import { parseEvents } from '../announce/event-input.ts';
import { ActuatorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { answerProblem, type Problem } from './problem.ts';
import { announcedEventsSchema, eventInputSchema, problemSchema } from './schemas.ts';

export interface AnnounceOptions {
  readonly announcements: Pick<Announcements, 'list' | 'announce' | 'withdraw'>;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Told of each change that was made, for the journal. */
  readonly onChange: (kind: string, stream: string, message: string) => void;
}

/** 256 events of a hundred bytes each, and room for white space. */
const MAX_BODY_BYTES = 64 * 1024;

const STATUS: Readonly<Record<string, Pick<Problem, 'status' | 'title'>>> = {
  UNKNOWN_STREAM: { status: 404, title: 'No such stream' },
  UNKNOWN_EVENT: { status: 404, title: 'No such event' },
  TOO_MANY_EVENTS: { status: 409, title: 'Too many events' },
};

const problems = { 'application/problem+json': { schema: problemSchema } };
const notFound = { description: 'not there; the detail lists what is', content: problems };
const unsaved = { description: 'the state store does not answer; nothing changed', content: problems };
const events = (description: string) => ({
  description,
  content: { 'application/json': { schema: announcedEventsSchema } },
});
const streamParam = z.object({
  stream: z.string().openapi({ param: { name: 'stream', in: 'path' }, example: 'orders' }),
});

const listRoute = createRoute({
  method: 'get',
  path: '/v1/streams/{stream}/events',
  summary: 'Events that are announced for a stream and not over, by their beginning',
  request: { params: streamParam },
  responses: { 200: events('announced events'), 404: notFound },
});

// The body is checked by `parseEvents`, which tells all its problems at once; here it is described.
const announceDocument = {
  method: 'post',
  path: '/v1/streams/{stream}/events',
  summary: 'Announce events that will change the load: one event or a list, all of them or none',
  request: {
    params: streamParam,
    body: { content: { 'application/json': { schema: eventInputSchema } }, required: true },
  },
  responses: {
    201: events('all events of the stream, the new ones among them'),
    400: { description: 'what is wrong, where in the body, and what is allowed', content: problems },
    404: notFound,
    409: { description: 'the stream would have more than 256 events', content: problems },
    413: { description: 'the body is larger than 64 KiB', content: problems },
    503: unsaved,
  },
} as const;

const withdrawRoute = createRoute({
  method: 'delete',
  path: '/v1/streams/{stream}/events/{id}',
  summary: 'Take an announced event back',
  request: {
    params: streamParam.extend({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }),
  },
  responses: { 204: { description: 'it is no longer announced' }, 404: notFound, 503: unsaved },
});

/** Routes under `/v1/streams/{stream}/events`. */
export function addAnnouncements(app: OpenAPIHono, options: AnnounceOptions): void {
  const { announcements } = options;
  app.openapi(listRoute, (c) => {
    const { stream } = c.req.valid('param');
    return guarded(c, options, () => c.json({ stream, events: announcements.list(stream) }, 200)) as never;
  });
  app.openAPIRegistry.registerPath(announceDocument);
  const tooLarge = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => {
      const detail = `the body is larger than ${MAX_BODY_BYTES} bytes; send fewer events at a time`;
      return answerProblem(c, { status: 413, code: 'BODY_TOO_LARGE', title: 'Body too large', detail });
    },
  });
  app.post('/v1/streams/:stream/events', tooLarge, (c) => guarded(c, options, () => announce(c, options)));
  app.openapi(withdrawRoute, (c) => {
    const { stream, id } = c.req.valid('param');
    return guarded(c, options, async () => {
      await announcements.withdraw(stream, id);
      options.onChange('event-withdrawn', stream, id);
      return c.body(null, 204);
    });
  });
}

async function announce(c: Context, { announcements, nowMs, onChange }: AnnounceOptions): Promise<Response> {
  const stream = c.req.param('stream') ?? '';
  announcements.list(stream);
  const body: unknown = await c.req.json().catch(() => undefined);
  if (body === undefined) {
    const detail = 'the body is no JSON; send {"kind": …, "from": …, "to": …} or a list of such';
    return answerProblem(c, { status: 400, code: 'MALFORMED_BODY', title: 'Body is no JSON', detail });
  }
  const parsed = parseEvents(body, nowMs());
  if (parsed.problems !== undefined) {
    const [first] = parsed.problems;
    const detail = `${first?.where || 'body'}: ${first?.what}; allowed: ${first?.allowed}`;
    const problem = { status: 400, code: 'INVALID_EVENT', title: 'Events not valid', detail } as const;
    return answerProblem(c, { ...problem, errors: parsed.problems });
  }
  await announcements.announce(stream, parsed.events);
  for (const { kind, fromMs, toMs, magnitude } of parsed.events) {
    const span = `${new Date(fromMs).toISOString()} – ${new Date(toMs).toISOString()}`;
    onChange('event-announced', stream, `${kind} ${span}, magnitude ${magnitude}`);
  }
  return c.json({ stream, events: announcements.list(stream) }, 201);
}

/** Known errors as problems; what else fails is the store's, and nothing changed. */
async function guarded(
  c: Context,
  { logger }: AnnounceOptions,
  act: () => Response | Promise<Response>,
): Promise<Response> {
  try {
    return await act();
  } catch (err) {
    const known = err instanceof ActuatorError ? STATUS[err.code] : undefined;
    if (err instanceof ActuatorError && known !== undefined) {
      return answerProblem(c, { ...known, code: err.code, detail: err.message });
    }
    logger.error({ err, path: c.req.path }, 'events could not be saved');
    const detail = 'the state store does not answer; nothing changed, try again';
    return answerProblem(c, { status: 503, code: 'NOT_SAVED', title: 'Not saved', detail });
  }
}
