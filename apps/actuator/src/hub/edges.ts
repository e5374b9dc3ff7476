import type { EdgeView } from '@foreshadow/domain';

interface EdgeEntry {
  connection: number | undefined;
  hasLeft: boolean;
  lastSeenMs: number;
  framesReceived: number;
  bytesReceived: number;
}

/** Edges that are forgotten only after so many newer ones. */
const MAX_EDGES = 1000;

/** Which edges there are, connected or gone, and what came from them. One connection a node: the newest counts. */
export class EdgeTable {
  readonly #edges = new Map<string, EdgeEntry>();

  /** A node has said hello on a connection; gives the connection that it takes the place of, if any. */
  open(nodeId: string, connection: number, nowMs: number): number | undefined {
    const known = this.#edges.get(nodeId);
    if (known === undefined) this.#makeRoom();
    const replaced = known?.connection;
    this.#edges.set(nodeId, {
      connection,
      hasLeft: false,
      lastSeenMs: nowMs,
      framesReceived: known?.framesReceived ?? 0,
      bytesReceived: known?.bytesReceived ?? 0,
    });
    return replaced === connection ? undefined : replaced;
  }

  /** Count a frame of a node. */
  count(nodeId: string, bytes: number, nowMs: number): void {
    const edge = this.#edges.get(nodeId);
    if (edge === undefined) return;
    edge.lastSeenMs = nowMs;
    edge.framesReceived += 1;
    edge.bytesReceived += bytes;
  }

  /** A connection ended, with a goodbye of the edge or without; true if it was the node's present one. */
  close(nodeId: string, connection: number, saidGoodbye = false): boolean {
    const edge = this.#edges.get(nodeId);
    if (edge?.connection !== connection) return false;
    edge.connection = undefined;
    edge.hasLeft = saidGoodbye;
    return true;
  }

  /** How long edges have said nothing; those that took their leave are left out. */
  *silences(nowMs: number): Iterable<{ nodeId: string; isConnected: boolean; silentMs: number }> {
    for (const [nodeId, { connection, hasLeft, lastSeenMs }] of this.#edges) {
      if (!hasLeft) yield { nodeId, isConnected: connection !== undefined, silentMs: nowMs - lastSeenMs };
    }
  }

  /** Whether the node was connected since the start. */
  knows(nodeId: string): boolean {
    return this.#edges.has(nodeId);
  }

  isConnected(nodeId: string): boolean {
    return this.#edges.get(nodeId)?.connection !== undefined;
  }

  get connected(): number {
    let n = 0;
    for (const edge of this.#edges.values()) n += edge.connection === undefined ? 0 : 1;
    return n;
  }

  views(): EdgeView[] {
    return [...this.#edges].map(([nodeId, edge]) => ({
      nodeId,
      connected: edge.connection !== undefined,
      lastSeenMs: edge.lastSeenMs,
      framesReceived: edge.framesReceived,
      bytesReceived: edge.bytesReceived,
    }));
  }

  #makeRoom(): void {
    if (this.#edges.size < MAX_EDGES) return;
    for (const [nodeId, edge] of this.#edges) {
      if (edge.connection !== undefined) continue;
      this.#edges.delete(nodeId);
      return;
    }
  }
}
