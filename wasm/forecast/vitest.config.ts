import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineProject({ test: { name: 'wasm/forecast', testTimeout: 60_000, setupFiles: ['src/scalar.ts'] } }),
);
