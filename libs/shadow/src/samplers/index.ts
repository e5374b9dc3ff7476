/**
 * The samplers beyond skips: `keyed`, `reservoir` and `priority`. Importing this module is all there is to do.
 * @module
 */
import { provideSampler } from '../sampler-registry.ts';
import { KeyedSampler } from './keyed.ts';
import { KeyedShadow } from './keyed-shadow.ts';
import { PrioritySampler } from './priority.ts';
import { ReservoirSampler } from './reservoir.ts';
import { SettlingShadow } from './settling-shadow.ts';

provideSampler('keyed', (setting) => new KeyedShadow(new KeyedSampler(setting), setting));
provideSampler('reservoir', (setting) => new SettlingShadow(new ReservoirSampler(setting), setting));
provideSampler('priority', (setting) => new SettlingShadow(new PrioritySampler(setting), setting));

export { type KeyBatch, KEY_BATCH, KeyStage } from './key-stage.ts';
