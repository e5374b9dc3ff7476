/**
 * The kernel without SIMD, for engines that lack it. Importing this module is all there is to do.
 * @module
 */
import { SCALAR_TEXT } from './gen/scalar.ts';
import { provide } from './index.ts';

provide('scalar', SCALAR_TEXT);
