import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundles } from './bundle.ts';
import type { Fixture } from './contract.ts';

export interface HarnessServer {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>suite</title><script type="module" src="/suite.js"></script>';

/** A page served like this has shared memory. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Serves the fixture and the browser's suite, and passes questions about partitions on to the actuator. */
export async function startHarnessServer(
  fixture: Fixture,
  bundles: Pick<Bundles, 'browser' | 'ringWorker'>,
  actuatorUrl: string,
): Promise<HarnessServer> {
  const send = (response: ServerResponse, type: string, body: string): void => {
    response.writeHead(200, { 'content-type': type, ...ISOLATED }).end(body);
  };
  const sendFile = (response: ServerResponse, file: string): void =>
    send(response, 'text/javascript', readFileSync(file, 'utf8'));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') return send(response, 'text/html', PAGE);
    if (path === '/suite.js') return sendFile(response, bundles.browser);
    if (path === '/ring-worker.js') return sendFile(response, bundles.ringWorker);
    if (path === '/fixture.json') return send(response, 'application/json', JSON.stringify(fixture));
    if (path.startsWith('/partition/')) {
      const target = `${actuatorUrl}/v1/partitions/${path.slice('/partition/'.length)}`;
      fetch(target).then(
        async (answer) => send(response, 'application/json', await answer.text()),
        (error: Error) => response.writeHead(502).end(error.message),
      );
      return;
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
