import { createServer } from 'node:net';
import { CliError } from '../errors.ts';

/** @throws {CliError} if something listens there already; says which option to change */
export async function assertPortFree(port: number, option: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${cause.code})`;
      reject(
        new CliError(
          'FAILED',
          `port ${port} ${why}; stop what listens there or choose another with ${option}`,
          { cause },
        ),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
