import { expect, it, vi } from 'vitest';

it('the example handles its record and drains', async () => {
  const lines: string[] = [];
  const spy = vi
    .spyOn(console, 'log')
    .mockImplementation((...args: unknown[]) => void lines.push(args.join(' ')));
  try {
    await import('../examples/worker.ts');
  } finally {
    spy.mockRestore();
  }
  expect(lines).toEqual(['ada {"total":42}', 'processed 1']);
});
