// The edge of the run.
import { startEdge } from '@foreshadow/edge';
import { openSetting } from './setting.ts';
import { openStores } from './stores.ts';

const { config, clock, logger, signal } = openSetting('edge');
const stores = await openStores(config, clock, logger);
const edge = await startEdge(config, { log: stores.log, clock, logger });
signal.addEventListener('abort', () => {
  void edge.close().then(() => stores.close());
});
