/**
 * What sampling costs and how far its estimates may be off, measured between ticks; rates that keep to a budget.
 * @module
 */
export { watchSampling, type WatchOptions } from './watch.ts';
