import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { demoShape, type DemoShapeOptions, type LoadShape, mixSeed } from '@foreshadow/testkit';
import { Customers } from './customers.ts';
import type { RecordSource } from './source.ts';

export interface OrderItem {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly cents: number;
}

export interface Order {
  readonly id: string;
  /** Counts the orders of a run from 0. */
  readonly seq: number;
  readonly customer: string;
  readonly delivery: 'standard' | 'express' | 'pickup';
  readonly currency: 'EUR';
  readonly items: readonly OrderItem[];
  /** Sum over the items, in cents. */
  readonly total: number;
  /** Wall-clock, milliseconds since the epoch. */
  readonly at: number;
  /** How often its work is done over; once without. */
  readonly checks?: number;
}

/** Salt of the seed for the orders' contents: their number does not depend on it. */
const CONTENTS = 101;
const MAX_ITEMS = 24;
/** Chance of yet another item; gives five on average. */
const ANOTHER_ITEM = 0.8;
const GOODS = [
  'lamp',
  'chair',
  'notebook',
  'kettle',
  'bicycle bell',
  'winter coat',
  'tea',
  'desk',
  'umbrella',
];

const DELIVERIES = ['standard', 'express', 'pickup'] as const;

/** Makes orders of 150 to 2000 bytes, about 450 on average, whose customers land on the partition asked for. */
export class OrderMaker {
  readonly #customers: Customers;
  readonly #rng: Rng;
  readonly #seed: number;
  #seq = 0;

  constructor(seed: number, partitions: number) {
    this.#customers = new Customers(partitions);
    this.#rng = new Xoshiro128(mixSeed(seed, CONTENTS));
    this.#seed = seed;
  }

  make(partition: number, nowMs: number, checks?: number): Order {
    const seq = this.#seq++;
    const items = this.#items();
    return {
      id: `o-${this.#seed}-${seq}`,
      seq,
      customer: this.#customers.pick(partition, this.#rng),
      delivery: DELIVERIES[this.#rng.nextUint32() % DELIVERIES.length]!,
      currency: 'EUR',
      items,
      total: items.reduce((sum, item) => sum + item.quantity * item.cents, 0),
      at: nowMs,
      ...(checks === undefined ? {} : { checks }),
    };
  }

  #items(): OrderItem[] {
    const items: OrderItem[] = [];
    do items.push(this.#item());
    while (items.length < MAX_ITEMS && this.#rng.next() < ANOTHER_ITEM);
    return items;
  }

  #item(): OrderItem {
    const kind = this.#rng.nextUint32() % GOODS.length;
    return {
      sku: `S${(this.#rng.nextUint32() % 100_000).toString().padStart(5, '0')}`,
      name: GOODS[kind]!,
      quantity: 1 + (this.#rng.nextUint32() % 4),
      cents: 199 + (this.#rng.nextUint32() % 20_000),
    };
  }
}

/** Orders at the rates of a shape; by default the demo's. */
export function orderSource(options: DemoShapeOptions, shape: LoadShape = demoShape(options)): RecordSource {
  const maker = new OrderMaker(options.seed, shape.partitions);
  return {
    keyField: 'customer',
    durationMs: undefined,
    due: (fromMs, toMs, nowMs) => linesOf(shape, fromMs, toMs, (partition) => maker.make(partition, nowMs)),
  };
}

/** One line for each record that a shape has due in `[fromMs, toMs)`, partition by partition. */
export function linesOf(
  shape: LoadShape,
  fromMs: number,
  toMs: number,
  make: (partition: number) => Order,
): string[] {
  const lines: string[] = [];
  for (let p = 0; p < shape.partitions; p++) {
    const count = shape.recordsIn(p, fromMs, toMs);
    for (let i = 0; i < count; i++) lines.push(JSON.stringify(make(p)));
  }
  return lines;
}
