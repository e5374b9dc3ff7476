import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A server that claims to be an old Redis: answers INFO, and OK to all else. */
export async function oldRedis(version: string): Promise<{ readonly url: string; dispose(): Promise<void> }> {
  const info = `# Server\r\nredis_version:${version}\r\nrole:master\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const command of bytes.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(command[1] === 'INFO' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dispose: async () => void server.close(),
  };
}
