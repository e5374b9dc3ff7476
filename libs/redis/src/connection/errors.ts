import { PortError } from '@foreshadow/ports';
import { ErrorReply } from 'redis';

/** Replies that a server gives for a while: it starts, fails over, moves a slot, or runs a long script. */
const PASSING =
  /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|BUSY|READONLY|UNBLOCKED|MISCONF) ?/;
const REFUSING = /^(WRONGPASS|NOAUTH|NOPERM)|^ERR The user executing the script/;

/** Whether the same call may be tried again at once: nothing that somebody must change stands in the way. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PortError) return error.code === 'UNAVAILABLE';
  if (!isReply(error)) return true;
  return PASSING.test(error.message);
}

/** What a caller is told of a failure: what, where, and what to do. */
export function portErrorOf(cause: unknown, where: string): PortError {
  if (cause instanceof PortError) return cause;
  const said = cause instanceof Error ? describe(cause) : String(cause);
  if (!isReply(cause)) return unavailable(`Redis at ${where} does not answer (${said})`, cause);
  if (REFUSING.test(said)) {
    const advice =
      'set user and password in the URL, and allow the user all commands on the keys of the prefix';
    return new PortError('MISCONFIGURED', `Redis at ${where} refuses: ${said}; ${advice}`, { cause });
  }
  if (/(^|\s)OOM /.test(said)) {
    const advice = 'raise maxmemory, or let workers commit so that trimming makes room';
    return new PortError('OUT_OF_SPACE', `Redis at ${where} is out of memory; ${advice}`, {
      cause,
      retryable: true,
    });
  }
  if (said.startsWith('READONLY')) {
    const advice = 'point the URL at the primary, or list all nodes separated by commas';
    return unavailable(`Redis at ${where} is a read-only replica; ${advice}`, cause);
  }
  if (said.includes('WRONGTYPE')) {
    const advice = 'choose another prefix, or delete the foreign key';
    return new PortError(
      'CORRUPT',
      `a key at ${where} has another type than Foreshadow gives it; ${advice}`,
      {
        cause,
      },
    );
  }
  return unavailable(`Redis at ${where} says: ${said}`, cause);
}

function unavailable(message: string, cause: unknown): PortError {
  return new PortError('UNAVAILABLE', message, { cause, retryable: true });
}

/** Whether the server said it, rather than the connection failed. */
function isReply(error: unknown): error is ErrorReply {
  return error instanceof ErrorReply;
}

/** The words of an error; those of its parts where it only gathers others, as a refused connection to `localhost` does. */
function describe(error: Error): string {
  const parts =
    error instanceof AggregateError ? error.errors.map((e: unknown) => String((e as Error).message)) : [];
  return [error.message, ...parts].filter((text) => text !== '').join('; ') || error.name;
}
