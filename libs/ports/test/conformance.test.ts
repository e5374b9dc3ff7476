import { FakeClock } from '@foreshadow/testkit';
import { MemoryLeases, MemoryStateStore, MemoryStreamLog } from '../src/index.ts';
import { leasesSuite, stateStoreSuite, streamLogSuite } from '../src/conformance/index.ts';

streamLogSuite('in memory', async () => {
  const clock = new FakeClock();
  return { adapter: new MemoryStreamLog(clock), advance: (ms) => clock.advance(ms) };
});

stateStoreSuite('in memory', async () => {
  const clock = new FakeClock();
  return { adapter: new MemoryStateStore(clock), advance: (ms) => clock.advance(ms) };
});

leasesSuite('in memory', async () => {
  const clock = new FakeClock();
  return { adapter: new MemoryLeases(clock), advance: (ms) => clock.advance(ms) };
});
