import { systemClock } from '@foreshadow/domain';
import { leasesSuite, stateStoreSuite, streamLogSuite, type Subject } from '@foreshadow/ports/conformance';
import { FakeClock } from '@foreshadow/testkit';
import { type Local, openLocal } from '../src/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Log: real time, since it polls. */
async function onRealTime<T>(pick: (local: Local) => T, sync: boolean): Promise<Subject<T>> {
  const { path, remove } = temporaryDirectory();
  const local = openLocal(path, { sync });
  const dispose = async (): Promise<void> => {
    await local.close();
    remove();
  };
  return { adapter: pick(local), advance: (ms) => systemClock.sleep(ms), dispose };
}

/** State and leases: a clock that is moved. */
async function onFakeTime<T>(pick: (local: Local) => T): Promise<Subject<T>> {
  const { path, remove } = temporaryDirectory();
  const clock = new FakeClock();
  const local = openLocal(path, { clock });
  const dispose = async (): Promise<void> => {
    await local.close();
    remove();
  };
  return { adapter: pick(local), advance: (ms) => clock.advance(ms), dispose };
}

streamLogSuite('LMDB', () => onRealTime((local) => local.log, false));
streamLogSuite('LMDB, synced', () => onRealTime((local) => local.log, true));
stateStoreSuite('LMDB', () => onFakeTime((local) => local.state));
leasesSuite('LMDB', () => onFakeTime((local) => local.leases));
