import { defineProject, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// Whole traces are played; a busy machine takes its time.
export default mergeConfig(base, defineProject({ test: { name: 'libs/simulate', testTimeout: 120_000 } }));
