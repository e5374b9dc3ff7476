import { invalid, type SamplerKind, type SamplerSetting, SKIP_KINDS } from './sampler.ts';
import { Shadow } from './shadow.ts';
import { SkipSampler } from './skip-sampler.ts';

export type ShadowFactory = (setting: SamplerSetting) => Shadow;

const factories = new Map<SamplerKind, ShadowFactory>();

/** Make a kind of sampler known; `@foreshadow/shadow/samplers` does, for those that not every bundle is to carry. */
export function provideSampler(kind: SamplerKind, make: ShadowFactory): void {
  factories.set(kind, make);
}

/**
 * One shadow of a stream.
 * @throws {ShadowError} `INVALID_ARGUMENT` for a kind that was not provided.
 */
export function makeShadow(setting: SamplerSetting): Shadow {
  const { kind } = setting.options;
  if (SKIP_KINDS.includes(kind)) return new Shadow(new SkipSampler(setting), setting);
  const make = factories.get(kind);
  if (make === undefined)
    throw invalid('sampler.kind', kind, "known after import '@foreshadow/shadow/samplers'");
  return make(setting);
}
