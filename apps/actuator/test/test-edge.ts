import { type LoadForecast, type LoadSample, systemClock, Xoshiro128 } from '@foreshadow/domain';
import {
  EdgeLink,
  type EdgeLinkAction,
  type EdgeLinkEvent,
  instantOf,
  type ModelState,
} from '@foreshadow/protocol';
import { WebSocket } from 'ws';

/** An edge of one stream over a real socket, driven by hand. */
export class TestEdge {
  readonly #link: EdgeLink;
  readonly #url: string;
  readonly heard: EdgeLinkAction[] = [];
  #socket: WebSocket | undefined;
  /** Close code of the last socket. */
  closeCode: number | undefined;

  constructor(url: string, nodeId: string, partitions: number, epoch = 1) {
    this.#url = url.replace(/^http/, 'ws');
    this.#link = new EdgeLink(
      {
        nodeId,
        streams: [{ name: 'orders', partitions }],
        tickMs: 250,
        horizonsMs: [1000, 5000],
        epoch,
        backoffBaseMs: 50,
      },
      new Xoshiro128(1),
    );
  }

  get state(): string {
    return this.#link.state;
  }

  /** Why the last session ended. */
  get lastEnd(): string | undefined {
    return this.#link.stats().lastEnd;
  }

  connect(): void {
    this.#handle({ kind: 'start' });
  }

  /** Send what was counted and forecast in a tick. */
  report(
    samples: readonly LoadSample[],
    forecasts: readonly LoadForecast[],
    models: readonly ModelState[] = [],
  ): void {
    this.#link.offerLoads(samples);
    this.#link.offerForecasts(forecasts);
    for (const model of models) this.#link.offerModel(model);
    this.tick();
  }

  tick(): void {
    this.#handle({ kind: 'tick', bufferedBytes: this.#socket?.bufferedAmount ?? 0 });
  }

  /** Send bytes as they are. */
  raw(bytes: Uint8Array | string): void {
    this.#socket?.send(bytes);
  }

  kill(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#handle({ kind: 'stop' });
  }

  #handle(event: EdgeLinkEvent): void {
    for (const action of this.#link.handle(event, instantOf(systemClock))) this.#do(action);
  }

  #do(action: EdgeLinkAction): void {
    if (action.kind === 'connect') return this.#connect();
    if (action.kind === 'send') return this.#socket?.send(action.bytes);
    if (action.kind === 'close') return this.#socket?.close(action.code, action.reason);
    this.heard.push(action);
    if ('commandId' in action && action.commandId !== undefined) {
      this.#handle({ kind: 'acknowledge', commandId: action.commandId });
    }
  }

  #connect(): void {
    const socket = new WebSocket(`${this.#url}/v1/link`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => this.#handle({ kind: 'opened' }));
    socket.on('message', (data: Buffer) => this.#handle({ kind: 'message', bytes: new Uint8Array(data) }));
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      this.closeCode = code;
      this.#handle({ kind: 'closed', code, reason: reason.toString() });
    });
  }
}
