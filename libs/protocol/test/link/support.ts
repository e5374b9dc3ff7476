import { Xoshiro128 } from '@foreshadow/domain';
import {
  ActuatorLink,
  type ActuatorLinkAction,
  type ActuatorLinkOptions,
  EdgeLink,
  type EdgeLinkAction,
  type EdgeLinkOptions,
  type Instant,
} from '../../src/index.ts';
import { HORIZONS_MS, STREAMS } from '../support.ts';

export const START_MS = 1_700_000_000_000;

export function edgeLink(options: Partial<EdgeLinkOptions> = {}): EdgeLink {
  const base = { nodeId: 'edge-1', streams: STREAMS, tickMs: 1000, horizonsMs: HORIZONS_MS, epoch: START_MS };
  return new EdgeLink({ ...base, ...options }, new Xoshiro128(7));
}

export function actuatorLink(options: Partial<ActuatorLinkOptions> = {}): ActuatorLink {
  return new ActuatorLink({ sessionId: 's-1', ...options });
}

/** Both ends, one wire between them, and a clock for each. */
export class Wire {
  readonly edge: EdgeLink;
  actuator: ActuatorLink;
  readonly edgeActions: EdgeLinkAction[] = [];
  readonly actuatorActions: ActuatorLinkAction[] = [];
  monotonicMs = 0;
  /** Edge's wall-clock less the actuator's. */
  edgeAheadMs = 0;
  /** One-way delay. */
  delayMs = 0;
  bufferedBytes = 0;

  constructor(edge: EdgeLink = edgeLink(), actuator: ActuatorLink = actuatorLink()) {
    this.edge = edge;
    this.actuator = actuator;
  }

  get edgeAt(): Instant {
    return { wallMs: START_MS + this.monotonicMs + this.edgeAheadMs, monotonicMs: this.monotonicMs };
  }

  get actuatorAt(): Instant {
    return { wallMs: START_MS + this.monotonicMs, monotonicMs: this.monotonicMs };
  }

  /** Start, open, Hello, Welcome. */
  connect(): this {
    this.edge.handle({ kind: 'start' }, this.edgeAt);
    return this.open();
  }

  open(): this {
    this.actuator.handle({ kind: 'opened' }, this.actuatorAt);
    this.fromEdge(this.edge.handle({ kind: 'opened' }, this.edgeAt));
    return this;
  }

  /** Pass time at both ends, in steps of 250 ms. */
  pass(ms: number): this {
    for (let passed = 0; passed < ms; passed += 250) {
      this.monotonicMs += 250;
      this.fromEdge(this.edge.handle({ kind: 'tick', bufferedBytes: this.bufferedBytes }, this.edgeAt));
      this.fromActuator(this.actuator.handle({ kind: 'tick' }, this.actuatorAt));
    }
    return this;
  }

  fromEdge(actions: readonly EdgeLinkAction[]): void {
    this.edgeActions.push(...actions);
    for (const action of actions) {
      if (action.kind !== 'send') continue;
      this.monotonicMs += this.delayMs;
      this.fromActuator(this.actuator.handle({ kind: 'message', bytes: action.bytes }, this.actuatorAt));
    }
  }

  fromActuator(actions: readonly ActuatorLinkAction[]): void {
    this.actuatorActions.push(...actions);
    for (const action of actions) {
      if (action.kind !== 'send') continue;
      this.monotonicMs += this.delayMs;
      this.fromEdge(this.edge.handle({ kind: 'message', bytes: action.bytes }, this.edgeAt));
    }
  }

  delivered<K extends ActuatorLinkAction['kind']>(kind: K): Extract<ActuatorLinkAction, { kind: K }>[] {
    return this.actuatorActions.filter((a): a is Extract<ActuatorLinkAction, { kind: K }> => a.kind === kind);
  }

  received<K extends EdgeLinkAction['kind']>(kind: K): Extract<EdgeLinkAction, { kind: K }>[] {
    return this.edgeActions.filter((a): a is Extract<EdgeLinkAction, { kind: K }> => a.kind === kind);
  }
}
