import { PortError } from '@foreshadow/ports';
import type { TlsOptions } from '../options.ts';

/** One address that a URL names. */
export interface Target {
  /** With user and password. */
  readonly url: string;
  /** Without: for messages. */
  readonly shown: string;
  /** `undefined`: nothing is encrypted. */
  readonly tls: TlsOptions | undefined;
}

const EXPECTED = 'expected redis://[user:password@]host[:port][/database], or rediss:// for TLS';

/**
 * The addresses of a Redis URL. Several hosts, separated by commas, are the nodes of one installation: a primary with its
 * replicas, or some nodes of a cluster.
 * @throws {PortError} `MISCONFIGURED`; the message does not hold the password.
 */
export function parseTargets(url: string, tls?: TlsOptions): readonly Target[] {
  const parts = /^(rediss?):\/\/(?:(.*)@)?([^/@?#]+)(\/\d*)?$/.exec(url);
  if (parts === null) throw notRedis(url);
  const [, scheme = '', credentials, hosts = '', database = ''] = parts;
  const isEncrypted = scheme === 'rediss';
  if (tls !== undefined && !isEncrypted) {
    throw new PortError(
      'MISCONFIGURED',
      `certificates are given, and the URL is redis://${hosts}, without TLS: write rediss://`,
    );
  }
  const login = credentials === undefined ? '' : `${credentials}@`;
  return hosts.split(',').map((host) => {
    const target = {
      url: `${scheme}://${login}${host}${database}`,
      shown: `${scheme}://${host}${database}`,
      tls: isEncrypted ? (tls ?? {}) : undefined,
    };
    if (host === '' || !URL.canParse(target.url)) throw notRedis(url);
    return target;
  });
}

function notRedis(url: string): PortError {
  const shown = url.replace(/\/\/.*@/, '//***@');
  return new PortError('MISCONFIGURED', `'${shown}' is no Redis URL: ${EXPECTED}; several hosts with commas`);
}
