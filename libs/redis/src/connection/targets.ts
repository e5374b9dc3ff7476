import { PortError } from '@foreshadow/ports';

/** One address that a URL names. */
export interface Target {
  /** With user and password. */
  readonly url: string;
  /** Without: for messages. */
  readonly shown: string;
}

const EXPECTED = 'expected redis://[user:password@]host[:port][/database], or rediss:// for TLS';

/**
 * The addresses of a Redis URL. Several hosts, separated by commas, are the nodes of one installation: a primary with its
 * replicas, or some nodes of a cluster.
 * @throws {PortError} `MISCONFIGURED`; the message does not hold the password.
 */
export function parseTargets(url: string): readonly Target[] {
  const parts = /^(rediss?):\/\/(?:(.*)@)?([^/@?#]+)(\/\d*)?$/.exec(url);
  if (parts === null) throw notRedis(url);
  const [, scheme = '', credentials, hosts = '', database = ''] = parts;
  const login = credentials === undefined ? '' : `${credentials}@`;
  return hosts.split(',').map((host) => {
    const target = { url: `${scheme}://${login}${host}${database}`, shown: `${scheme}://${host}${database}` };
    if (host === '' || !URL.canParse(target.url)) throw notRedis(url);
    return target;
  });
}

function notRedis(url: string): PortError {
  const shown = url.replace(/\/\/.*@/, '//***@');
  return new PortError('MISCONFIGURED', `'${shown}' is no Redis URL: ${EXPECTED}; several hosts with commas`);
}
