// The actuator of the run, with its workers.
import { startActuator } from '@foreshadow/actuator';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { recordingOrchestrator } from '../history/recording.ts';
import { localOrchestrator } from './orchestrator.ts';
import { openSetting } from './setting.ts';
import { openStores } from './stores.ts';

const { config, history, clock, logger, signal } = openSetting('actuator');
const stores = await openStores(config, clock, logger);
const registry = new StateWorkerRegistry(stores.state);
const actuator = await startActuator(config, {
  clock,
  logger,
  storage: { log: stores.log, state: stores.state },
  orchestrator: recordingOrchestrator(localOrchestrator(config, registry, clock, logger), history),
  openTrainer: () => Promise.resolve(undefined),
});
signal.addEventListener('abort', () => {
  void actuator.close('drain').then(() => stores.close());
});
