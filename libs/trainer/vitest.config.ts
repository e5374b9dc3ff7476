import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// The tests train: several at once would only wait for each other.
export default mergeConfig(
  base,
  defineProject({
    test: {
      name: 'libs/trainer',
      pool: 'forks',
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }),
);
