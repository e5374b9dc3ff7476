import type { StreamRecord } from '@foreshadow/domain';
import { burn, roundsFor } from './cost.ts';

const decoder = new TextDecoder();

/** Probe of the demo: does with a sampled record what a worker will do with it; the time that it takes is its work. */
export default function probe({ value }: Pick<StreamRecord, 'value'>): void {
  burn(value, roundsFor(JSON.parse(decoder.decode(value)), value.byteLength));
}
