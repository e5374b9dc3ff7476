import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@foreshadow/domain/config';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../src/index.ts';

const SILENT = { info: () => undefined, warn: () => undefined };

describe('storage', () => {
  it('is the folder by default', async () => {
    const path = mkdtempSync(join(tmpdir(), 'foreshadow-storage-'));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    const storage = await openStorage(parseConfig({ storage: { path } }).storage, SILENT);
    await storage.log.createStream('orders', 2);
    expect(await storage.log.streams()).toEqual([{ name: 'orders', partitions: 2 }]);
    await storage.close();
  });

  it('is the Redis that is named, and says where none answers', async () => {
    const { storage } = parseConfig({ storage: { redis: { url: 'redis://127.0.0.1:1' } } });
    await expect(openStorage(storage, SILENT)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('reads the certificates that are named, and says which cannot be read', async () => {
    const tls = { caFile: '/nowhere/ca.pem' };
    const { storage } = parseConfig({ storage: { redis: { url: 'rediss://127.0.0.1:1', tls } } });
    await expect(openStorage(storage, SILENT)).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringMatching(/storage\.redis\.tls\.caFile: cannot read \/nowhere\/ca\.pem/) as string,
    });
    const half = { storage: { redis: { url: 'rediss://h', tls: { certFile: 'cert.pem' } } } };
    expect(() => parseConfig(half)).toThrow(/storage\.redis\.tls\.keyFile: certFile and keyFile together/);
  });

  it('wants a Redis URL, and does not repeat its password', () => {
    const wrong = { storage: { redis: { url: 'http://user:secret@host' } } };
    expect(() => parseConfig(wrong)).toThrow(/storage\.redis\.url: redis:\/\//);
    expect(() => parseConfig(wrong)).not.toThrow(/secret/);
  });
});
