import { spawnSync } from 'node:child_process';
import { PortError } from '@foreshadow/ports';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import getPort from 'get-port';
import { openRedis, type Redis, type TlsOptions } from '../src/index.ts';
import { authority, type Authority, type Certificate } from './support/certificates.ts';
import { A, batchOf, textOf } from './support/records.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

/** Why a server with TLS cannot be started; `undefined` if it can. */
function noTls(): string | undefined {
  if (NO_SERVER !== undefined) return NO_SERVER;
  if (spawnSync('openssl', ['version']).status !== 0) return 'no openssl on the PATH';
  const refused = spawnSync('redis-server', ['--port', '0', '--tls-port', 'x'], { encoding: 'utf8' });
  return /Bad directive|wrong number of arguments/.test(refused.stdout + refused.stderr)
    ? 'this redis-server was built without TLS'
    : undefined;
}

const NO_TLS = noTls();

describe.skipIf(NO_TLS !== undefined)(`rediss:// (${NO_TLS ?? 'redis-server with TLS'})`, () => {
  const directory = temporaryDirectory();
  let [ca, other]: Authority[] = [];
  let client: Certificate;
  const servers: RedisServer[] = [];

  beforeAll(() => {
    ca = authority(directory.path, 'ca');
    other = authority(directory.path, 'other');
    client = ca.issue('client', 'DNS:client');
  });
  afterAll(async () => {
    for (const server of servers) await server.dispose();
    directory.remove();
  });

  /** A server that shows `certificate`, at the URL that is returned. */
  async function serve(
    certificate: Certificate,
    ...more: string[]
  ): Promise<{ url: string; plain: RedisServer }> {
    const port = await getPort({ host: '127.0.0.1' });
    const shown = ['--tls-cert-file', certificate.certFile, '--tls-key-file', certificate.keyFile];
    const trusted = ['--tls-ca-cert-file', ca!.certFile];
    const plain = await RedisServer.start('--tls-port', String(port), ...shown, ...trusted, ...more);
    servers.push(plain);
    return { url: `rediss://127.0.0.1:${port}`, plain };
  }

  async function opened(url: string, tls: TlsOptions): Promise<Redis> {
    const redis = await openRedis(url, { tls });
    onTestFinished(() => redis.close());
    return redis;
  }

  async function refusal(url: string, tls?: TlsOptions): Promise<PortError> {
    // What was tried again would go on beyond the test's own time.
    const error: unknown = await openRedis(url, { connectTimeoutMs: 600_000, ...(tls && { tls }) }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(PortError);
    return error as PortError;
  }

  it('appends, reads and waits over TLS', async () => {
    const { url } = await serve(ca!.issue('server', 'IP:127.0.0.1'), '--tls-auth-clients', 'no');
    const { log, leases } = await opened(url, { ca: ca!.cert });
    await log.createStream('orders', 2);
    const waiting = log.read(A, 0, 10, 30_000);
    await log.append(batchOf(A, 'r', 2));
    expect((await waiting).map(textOf)).toEqual(['r0', 'r1']);
    expect(await leases.acquire('l', 'me', 1000)).toBeDefined();
  });

  it('shows a certificate of its own where the server asks for one', async () => {
    const { url } = await serve(ca!.issue('mutual', 'IP:127.0.0.1'));
    const { log } = await opened(url, { ca: ca!.cert, cert: client.cert, key: client.key });
    await log.createStream('orders', 2);
    const error = await refusal(url, { ca: ca!.cert });
    expect(error).toMatchObject({ code: 'MISCONFIGURED', retryable: false });
    expect(error.message).toContain('certificate of the client');
  });

  it('says at once that a certificate is not trusted, and whose it should be', async () => {
    const { url } = await serve(ca!.issue('trusted', 'IP:127.0.0.1'), '--tls-auth-clients', 'no');
    for (const tls of [undefined, { ca: other!.cert }]) {
      const error = await refusal(url, tls);
      expect(error).toMatchObject({ code: 'MISCONFIGURED', retryable: false });
      expect(error.message).toMatch(/rediss:\/\/127\.0\.0\.1.*not trusted.*certificate authority/);
    }
  });

  it('says that a certificate is for another host', async () => {
    const { url } = await serve(ca!.issue('elsewhere', 'DNS:redis.example'), '--tls-auth-clients', 'no');
    const error = await refusal(url, { ca: ca!.cert });
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toMatch(/not trusted.*127\.0\.0\.1 is not in.*name that stands in the certificate/);
  });

  it('asks whether the server speaks TLS where one side does and the other does not', async () => {
    const { url, plain } = await serve(ca!.issue('both', 'IP:127.0.0.1'), '--tls-auth-clients', 'no');
    const cases = [
      [`rediss://127.0.0.1:${plain.port}`, /does not answer.*does it speak TLS/],
      [url.replace('rediss:', 'redis:'), /does not answer.*write rediss:/],
    ] as const;
    for (const [wrong, message] of cases) {
      await expect(openRedis(wrong, { connectTimeoutMs: 0 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringMatching(message) as string,
      });
    }
  });

  it('takes no certificates for a URL without TLS', async () => {
    const error = await refusal('redis://127.0.0.1:1', { ca: ca!.cert });
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toContain('rediss://');
  });
});
