/** Where each record is shown before it is appended: a `StreamTap` of the edge SDK fits. */
export interface RecordTap {
  offer(partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void;
}

/** Which partition a stream of the client's is, and its tap; `undefined` for streams that are not shadowed. */
export type TapOf = (
  streamKey: string,
) => { readonly tap: RecordTap; readonly partition: number } | undefined;

export interface TapOptions {
  /** Field that holds the routing key of a record, if any does. */
  readonly keyField?: string;
}

type Bytes = string | Uint8Array;

/** What is needed of a client of `redis`, single or cluster. */
export interface AppendingClient {
  xAdd(key: never, id: never, message: never, ...rest: never[]): Promise<unknown>;
}

/**
 * The same client, whose `xAdd` shows each record to a tap first. The tap is synchronous and must not throw; nothing
 * else about the append changes, and what is sent over `multi()` passes by.
 *
 * @example
 * const client = tapClient(createClient(), (key) => ({ tap: edge.tap('orders'), partition: partitionOf(key) }));
 * await client.xAdd('orders:3', '*', { customer: '17', body });
 */
export function tapClient<C extends AppendingClient>(client: C, tapOf: TapOf, options: TapOptions = {}): C {
  const append = client.xAdd.bind(client) as (...args: unknown[]) => Promise<unknown>;
  // The client's own way to derive itself: all else is inherited, and one connection is shared.
  const tapped = Object.create(client) as C;
  const xAdd = (
    key: Bytes,
    id: Bytes,
    message: Readonly<Record<string, Bytes>>,
    ...rest: unknown[]
  ): Promise<unknown> => {
    const target = tapOf(text(key));
    if (target !== undefined) {
      target.tap.offer(target.partition, keyOf(message, options.keyField), sizeOf(message));
    }
    return append(key, id, message, ...rest);
  };
  return Object.assign(tapped, { xAdd, XADD: xAdd });
}

function text(bytes: Bytes): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
}

function keyOf(message: Readonly<Record<string, Bytes>>, field: string | undefined): Bytes | undefined {
  return field === undefined ? undefined : message[field];
}

function sizeOf(message: Readonly<Record<string, Bytes>>): number {
  let size = 0;
  for (const field in message) {
    const value = message[field];
    size += field.length + (typeof value === 'string' ? Buffer.byteLength(value) : (value?.length ?? 0));
  }
  return size;
}
