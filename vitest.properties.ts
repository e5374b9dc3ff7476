import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a run says something of the change and not of its luck.
 * `FC_SEED=random` draws others, which is how to look for cases that no one thought of; `FC_SEED=<n>` repeats a run.
 */
const wanted = process.env.FC_SEED ?? '20261124';
if (wanted !== 'random') {
  const seed = Number(wanted);
  if (!Number.isInteger(seed))
    throw new Error(`FC_SEED is "${wanted}": "random" or a whole number is expected`);
  fc.configureGlobal({ seed });
}
