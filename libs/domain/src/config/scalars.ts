import { z } from 'zod';

export const bytes = z.number().int().positive();
export const durationMs = z.number().int().min(10).max(86_400_000);
export const port = z.number().int().min(0).max(65_535);
