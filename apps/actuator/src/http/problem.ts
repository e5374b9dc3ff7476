import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { InputProblem } from '../announce/event-input.ts';

/** Why a request that would change something was not carried out (RFC 9457). */
export interface Problem {
  readonly status: ContentfulStatusCode;
  /** Stable, for programs. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly InputProblem[];
}

export function answerProblem(c: Context, { status, ...problem }: Problem): Response {
  return c.json({ type: 'about:blank', ...problem, status }, status, {
    'content-type': 'application/problem+json',
  });
}
