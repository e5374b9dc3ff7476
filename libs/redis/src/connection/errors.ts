import { PortError } from '@foreshadow/ports';
import { ConnectionTimeoutError, ErrorReply, SocketClosedUnexpectedlyError } from 'redis';

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

/** What is wrong with a certificate, as OpenSSL names it in the codes of Node's errors. */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_CA|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;
const HANDSHAKE = /^(ERR_SSL_|ERR_OSSL_|ERR_TLS_|EPROTO)/;

/** What a caller is told of a failure: what, where, and what to do. */
export function portErrorOf(cause: unknown, where: string): PortError {
  if (cause instanceof PortError) return cause;
  const said = cause instanceof Error ? describe(cause) : String(cause);
  const code = codeOf(cause);
  if (UNTRUSTED.test(code)) {
    const advice =
      'give the certificate authority that signed it, and the host by the name that stands in the certificate';
    return misconfigured(
      `Redis at ${where} shows a certificate that is not trusted (${said}); ${advice}`,
      cause,
    );
  }
  if (HANDSHAKE.test(code)) {
    const advice =
      'does it speak TLS on this port (else write redis://), and does it ask for a certificate of the client?';
    return misconfigured(`TLS with Redis at ${where} fails (${said}); ${advice}`, cause);
  }
  if (!isReply(cause))
    return unavailable(`Redis at ${where} does not answer (${said})${hintOf(cause, where)}`, cause);
  if (REFUSING.test(said)) {
    const advice =
      'set user and password in the URL, and allow the user all commands on the keys of the prefix';
    return misconfigured(`Redis at ${where} refuses: ${said}; ${advice}`, cause);
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

/** A server without TLS waits for the end of what it takes for a command; one with TLS closes on a plain command. */
function hintOf(cause: unknown, where: string): string {
  const isEncrypted = where.startsWith('rediss:');
  if (isEncrypted && cause instanceof ConnectionTimeoutError) return '; does it speak TLS on this port?';
  if (!isEncrypted && (cause instanceof SocketClosedUnexpectedlyError || codeOf(cause) === 'ECONNRESET')) {
    return '; if it speaks TLS on this port, write rediss://';
  }
  return '';
}

function misconfigured(message: string, cause: unknown): PortError {
  return new PortError('MISCONFIGURED', message, { cause });
}

function codeOf(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
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
