// An actuator of the run, with the workers while it leads.
import { startActuator } from '@foreshadow/actuator';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { recordingElection, recordingOrchestrator } from '../history/recording.ts';
import { linkUrl } from '../world/settings.ts';
import { localOrchestrator } from './orchestrator.ts';
import { openSetting, VARIABLES } from './setting.ts';
import { openStores } from './stores.ts';

const number = Number(process.env[VARIABLES.replica]);
const replica = `actuator-${number}`;
const portOf = (variable: string): number => Number(process.env[variable]?.split(',')[number]);

const { config, history, clock, logger, signal } = openSetting(replica);
const stores = await openStores(config, clock, logger);
const registry = new StateWorkerRegistry(stores.state);
const here = { port: portOf(VARIABLES.actuators), advertisedUrl: linkUrl(portOf(VARIABLES.links)) };
const actuator = await startActuator(
  { ...config, actuator: { ...config.actuator, ...here } },
  {
    clock,
    logger,
    storage: {
      log: stores.log,
      state: stores.state,
      leases: recordingElection(stores.leases, replica, history),
      relay: stores.relay,
    },
    orchestrator: (lead) =>
      recordingOrchestrator(localOrchestrator(config, registry, clock, logger, lead), replica, history),
    openTrainer: () => Promise.resolve(undefined),
  },
);
signal.addEventListener('abort', () => {
  void actuator.close('drain').then(() => stores.close());
});
