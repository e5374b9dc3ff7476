import { describe, expect, it } from 'vitest';
import { combinedHotKeys } from '../../src/hub/hot-keys.ts';

const edge = (offered: number, share: number, key = 'a') => ({
  offered,
  spanMs: 5000,
  hotKeys: share === 0 ? [] : [{ partition: 3, key, share, low: share / 2 }],
});

describe('hot keys of several edges', () => {
  it('weigh by the records that each edge sees; who does not name a key has none of it', () => {
    expect(combinedHotKeys([edge(300, 0.6), edge(100, 0)]).get(3)).toEqual([
      { key: 'a', share: 0.6 * 0.75, low: 0.3 * 0.75 },
    ]);
    const both = combinedHotKeys([edge(100, 0.4), edge(300, 0.8, 'b')]).get(3);
    expect(both?.map(({ key }) => key)).toEqual(['b', 'a']);
  });

  it('are none without records', () => {
    expect(combinedHotKeys([])).toEqual(new Map());
    expect(combinedHotKeys([edge(0, 0.5)])).toEqual(new Map());
  });
});
