import { PortError } from '@foreshadow/ports';

/** What a server says of itself in `INFO`. */
export interface ServerFacts {
  /** Redis version, or the one that a compatible server (Valkey) claims to speak. */
  readonly version: string;
  readonly isCluster: boolean;
  readonly isReplica: boolean;
  /** `host:port` of a replica's primary. */
  readonly primary: string | undefined;
  readonly maxMemoryBytes: number;
  readonly evictionPolicy: string;
}

const LEAST_MAJOR = 7;

export function parseInfo(info: string): ServerFacts {
  const fields = new Map<string, string>();
  for (const line of info.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const isReplica = fields.get('role') === 'slave';
  return {
    version: fields.get('redis_version') ?? 'unknown',
    isCluster: fields.get('cluster_enabled') === '1',
    isReplica,
    primary: isReplica ? `${fields.get('master_host')}:${fields.get('master_port')}` : undefined,
    maxMemoryBytes: Number(fields.get('maxmemory') ?? 0),
    evictionPolicy: fields.get('maxmemory_policy') ?? 'noeviction',
  };
}

/**
 * Refuse a server that cannot keep what it is given.
 * @throws {PortError} `MISCONFIGURED`
 */
export function requireFit(facts: ServerFacts, where: string): void {
  if (!(Number.parseInt(facts.version, 10) >= LEAST_MAJOR)) {
    throw new PortError(
      'MISCONFIGURED',
      `Redis at ${where} has version ${facts.version}; Foreshadow needs ${LEAST_MAJOR} or newer, or Valkey: upgrade it`,
    );
  }
  if (facts.maxMemoryBytes > 0 && facts.evictionPolicy !== 'noeviction') {
    throw new PortError(
      'MISCONFIGURED',
      `Redis at ${where} deletes keys silently when memory runs out (maxmemory-policy ${facts.evictionPolicy}); ` +
        'set maxmemory-policy noeviction',
    );
  }
}
