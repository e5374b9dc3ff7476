import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type FakeWorld, START_MS } from './fake-world.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};
/** As strict as it gets: the page must run under it. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the built page and the actuator's API with made-up data. */
export class FakeActuator {
  readonly #world: FakeWorld;
  readonly #root: string;
  readonly #server: Server;
  readonly #live = new Set<ServerResponse>();
  readonly requests: string[] = [];
  /** While true, the live stream is refused as a proxy would do without its backend. */
  refusing = false;
  #atMs = START_MS;

  constructor(world: FakeWorld, root: string) {
    this.#world = world;
    this.#root = root;
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      this.requests.push(pathname);
      void this.#answer(pathname, searchParams, response);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Let `seconds` of the actuator's time pass, one snapshot a second. */
  advance(seconds: number): void {
    for (let i = 0; i < seconds; i += 1) {
      this.#atMs += 1_000;
      this.#tick();
    }
  }

  /** End all live streams. */
  dropLive(): void {
    for (const response of this.#live) response.destroy();
    this.#live.clear();
  }

  sendRaw(text: string): void {
    for (const response of this.#live) response.write(text);
  }

  #tick(): void {
    this.#send('snapshot', this.#world.snapshot(this.#atMs));
    const sinceStartMs = this.#atMs - START_MS;
    if (sinceStartMs % 20_000 !== 0) return;
    const n = sinceStartMs / 20_000;
    this.#send('decision', this.#world.decision(n));
    this.#send('event', this.#world.event(n));
  }

  #send(event: string, data: unknown): void {
    this.sendRaw(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async #answer(path: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    if (path === '/v1/live') return this.#openLive(response);
    if (path === '/v1/decisions')
      return json(response, { decisions: this.#earlier((n) => this.#world.decision(n)) });
    if (path === '/v1/events') return json(response, { events: this.#earlier((n) => this.#world.event(n)) });
    const partition = /^\/v1\/partitions\/orders\/(\d+)$/.exec(path);
    if (partition !== null) return json(response, this.#world.detail(Number(partition[1]), this.#atMs));
    const models = /^\/v1\/partitions\/orders\/(\d+)\/(scorecard|weights)$/.exec(path);
    if (models?.[2] === 'scorecard')
      return json(response, this.#world.scorecard(Number(models[1]), this.#atMs));
    if (models?.[2] === 'weights') {
      const horizonMs = Number(query.get('horizonMs') ?? 60_000);
      return json(response, this.#world.weights(Number(models[1]), this.#atMs, horizonMs));
    }
    return this.#serveFile(path === '/' ? '/index.html' : path, response);
  }

  /** Eight rows up to now, newest first. */
  #earlier<Row>(row: (n: number) => Row): readonly Row[] {
    const newest = Math.floor((this.#atMs - START_MS) / 20_000);
    return Array.from({ length: 8 }, (_, i) => row(newest - i));
  }

  #openLive(response: ServerResponse): void {
    if (this.refusing) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 200\n\n');
    this.#live.add(response);
    response.on('close', () => this.#live.delete(response));
    response.write(`event: snapshot\ndata: ${JSON.stringify(this.#world.snapshot(this.#atMs))}\n\n`);
  }

  async #serveFile(path: string, response: ServerResponse): Promise<void> {
    try {
      const body = await readFile(join(this.#root, normalize(path)));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
