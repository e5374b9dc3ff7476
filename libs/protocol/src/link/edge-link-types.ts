import type {
  EventsUpdate,
  LinkSettings,
  LinkStream,
  ModelState,
  NetworkUpdate,
  PartitionFeedback,
  PriorUpdate,
} from '../messages.ts';

export interface EdgeLinkOptions {
  readonly nodeId: string;
  readonly softwareVersion?: string;
  readonly streams: readonly LinkStream[];
  readonly tickMs: number;
  /** Horizons at which intervals have to be exact. */
  readonly horizonsMs: readonly number[];
  /** Grows with every start of the node; its start's wall-clock will do. */
  readonly epoch: number;
  readonly heartbeatIntervalMs?: number;
  readonly connectTimeoutMs?: number;
  readonly handshakeTimeoutMs?: number;
  /** Nothing but heartbeats is sent while more waits in the socket. */
  readonly maxBufferedBytes?: number;
  readonly backoffBaseMs?: number;
  readonly backoffCapMs?: number;
}

export type EdgeLinkState = 'idle' | 'connecting' | 'greeting' | 'connected' | 'waiting';

/** What happened. Events of a socket that the link has closed must not be passed on. */
export type EdgeLinkEvent =
  | { readonly kind: 'start' }
  /** Send what waits and may go, say goodbye, close. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** Time passed; at least every `heartbeatIntervalMs / 4`. `bufferedBytes` as the socket has it. */
  | { readonly kind: 'tick'; readonly bufferedBytes: number }
  /** A command was carried out, or refused for a reason. */
  | { readonly kind: 'acknowledge'; readonly commandId: number; readonly refusal?: string };

/** What to do. */
export type EdgeLinkAction =
  /** Open a socket, to the leader if one was named, else to the configured address. */
  | { readonly kind: 'connect'; readonly leaderUrl: string | undefined }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Close the socket and forget it; `code` is one that browsers allow. */
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** Carry out, then `acknowledge` where there is a `commandId`. */
  | { readonly kind: 'settings'; readonly commandId: number | undefined; readonly settings: LinkSettings }
  | {
      readonly kind: 'feedback';
      readonly commandId: number;
      readonly partitions: readonly PartitionFeedback[];
    }
  | { readonly kind: 'model-update'; readonly commandId: number; readonly model: ModelState }
  | NetworkUpdate
  | PriorUpdate
  | EventsUpdate;

/** What an edge's link has done so far. */
export interface EdgeLinkStats {
  readonly state: EdgeLinkState;
  /** Sessions that the actuator has welcomed. */
  readonly sessions: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly messagesReceived: number;
  /** Items replaced by newer ones before they were sent. */
  readonly coalesced: number;
  /** Forecasts, samples and scores that could not be encoded. */
  readonly refused: number;
  /** Messages that were not understood; each ended its session. */
  readonly badMessages: number;
  /** Sessions that ended because the other side was silent. */
  readonly silences: number;
  /** Why the last session or attempt ended. */
  readonly lastEnd: string | undefined;
}

/** Close codes that an edge uses; browsers allow 1000 and 3000–4999 alone. */
export const EDGE_CLOSE = {
  normal: 1000,
  silent: 4000,
  timeout: 4001,
  badContent: 4007,
  policy: 4008,
} as const;
