import { ForeshadowError } from '@foreshadow/domain';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from '../logger.ts';

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

export function errorBody(code: string, message: string): ErrorBody {
  return { error: { code, message } };
}

const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  UNKNOWN_STREAM: 404,
  UNKNOWN_PARTITION: 404,
  UNKNOWN_HORIZON: 400,
};

/** Known errors with their status and text; of others nothing but that they happened, the rest goes to the log. */
export function onError(logger: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    const known: ForeshadowError | undefined = error instanceof ForeshadowError ? error : undefined;
    const status = known && STATUS[known.code];
    if (known !== undefined && status !== undefined) {
      return c.json(errorBody(known.code, known.message), status);
    }
    logger.error({ err: error, path: c.req.path }, 'request failed');
    return c.json(errorBody('INTERNAL', 'the request failed; the log of the actuator says why'), 500);
  };
}
