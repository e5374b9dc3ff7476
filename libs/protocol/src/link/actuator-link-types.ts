import type { LoadForecast, LoadSample, SamplingReport } from '@foreshadow/domain';
import type {
  EventsUpdate,
  Feedback,
  GoodbyeReason,
  Hello,
  LinkSettings,
  ModelState,
  ModelUpdate,
  NetworkUpdate,
  PartitionScores,
  PriorUpdate,
  Settings,
  Throttle,
} from '../messages.ts';
import type { FrameOrder } from './frame-order.ts';

export interface ActuatorLinkOptions {
  readonly sessionId: string;
  readonly settings?: LinkSettings;
  /** Why the node may not speak for what it says; `undefined`: it may. */
  readonly refuse?: (hello: Hello) => string | undefined;
  /** Order of the node's frames over its connections; by default of this connection alone. */
  readonly orderOf?: (nodeId: string) => FrameOrder;
  readonly handshakeTimeoutMs?: number;
  /** What edges without a setting of their own keep to. */
  readonly heartbeatIntervalMs?: number;
}

export type ActuatorLinkEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** Time passed; once a second will do. */
  | { readonly kind: 'tick' }
  /** Tell the edge why, and close. */
  | {
      readonly kind: 'goodbye';
      readonly reason: GoodbyeReason;
      readonly message: string;
      readonly retryAfterMs?: number;
      readonly leaderUrl?: string;
    };

/** A command to the edge; the link numbers it. */
export type ActuatorCommand =
  | Omit<Settings, 'commandId'>
  | Omit<Feedback, 'commandId'>
  | Omit<ModelUpdate, 'commandId'>
  | Omit<NetworkUpdate, 'commandId'>
  | Omit<PriorUpdate, 'commandId'>
  /** Times on our clock; the link puts them on the edge's. */
  | Omit<EventsUpdate, 'commandId'>
  | Omit<Throttle, 'commandId'>;

export interface SendAction {
  readonly kind: 'send';
  readonly bytes: Uint8Array;
}

/** What to do, and what was delivered. Times are on our clock. */
export type ActuatorLinkAction =
  | SendAction
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** Forecasts newer than all before; `clockOffsetMs` was taken off their times. */
  | {
      readonly kind: 'forecasts';
      readonly forecasts: readonly LoadForecast[];
      readonly clockOffsetMs: number;
    }
  | { readonly kind: 'loads'; readonly samples: readonly LoadSample[]; readonly clockOffsetMs: number }
  /** A forecaster's state; inside it the times are the edge's: feed it samples with `atMs + clockOffsetMs`. */
  | { readonly kind: 'model'; readonly model: ModelState; readonly clockOffsetMs: number }
  /** What forecasters say of themselves; `clockOffsetMs` was taken off all times. */
  | {
      readonly kind: 'scores';
      readonly partitions: readonly PartitionScores[];
      readonly clockOffsetMs: number;
    }
  /** How streams are sampled, on our clock. */
  | { readonly kind: 'samplings'; readonly reports: readonly SamplingReport[] }
  | {
      readonly kind: 'ack';
      readonly commandId: number;
      /** What was commanded, and of which partition or stream; the latter is empty where it is of neither. */
      readonly command: ActuatorCommand['kind'];
      readonly subject: string;
      /** Empty: carried out. */
      readonly refusal: string;
    }
  /** The session is over: what the edge said no longer counts. At most once a link. */
  | { readonly kind: 'ended'; readonly reason: string };

/** What a link has seen so far. */
export interface ActuatorLinkStats {
  readonly nodeId: string | undefined;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  readonly framesReceived: number;
  readonly messagesSent: number;
  /** Messages that were refused; the first one ends the link. */
  readonly badMessages: number;
  /** Partitions' items that came too late. */
  readonly stale: number;
  readonly clockOffsetMs: number;
  /** Commands that the edge has not acknowledged. */
  readonly pendingCommands: number;
}
