/**
 * `npm run test:faults`: breaks a running system of real processes in every way that it claims to survive.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { FaultCase } from './faults/fault-case.ts';
import { LINK_FAULTS } from './faults/links.ts';
import { PROCESS_FAULTS } from './faults/processes.ts';
import { REDIS_FAULTS } from './faults/redis.ts';
import { scaleUpAndDown, TIME_AND_LOAD_FAULTS } from './faults/time-and-load.ts';
import { isKept, type Outcome, renderReport } from './report/table.ts';
import { FaultsError } from './world/errors.ts';
import { DURABILITY, hasRedis } from './world/redis-server.ts';
import { DEFAULT_SETTINGS, type StoreKind } from './world/settings.ts';
import { World } from './world/world.ts';

const HELP = `Usage: npm run test:faults -- [options]

Breaks a small running system (edge, actuator, workers: real processes under constant load, on loopback) in each way
listed, and checks its history: nothing acknowledged is lost, records of a key are handled in order, a partition has one
owner at a time, no capacity goes that the load needs. About 40 s a fault, scaling longer. Exit code 1 if a promise was broken.

  --redis           log, state and leases on a redis-server of its own instead of LMDB, and the faults of Redis too
  --only <a,b>      these faults only
  --scale-for <min> how many minutes scale-1-n-1 goes on, 0 to 60 (2)
  --list            say which there are, with what each promises
  --json <file>     write the outcomes there too
  --keep            keep the files of every run, not only of those that failed
  --help`;

const { values: flags } = parseArgs({
  options: {
    redis: { type: 'boolean', default: false },
    only: { type: 'string' },
    'scale-for': { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const LMDB = 'LMDB without sync: what was acknowledged survives the death of any process, not of the machine';
const STORE: StoreKind = flags.redis ? 'redis' : 'lmdb';

function allFaults(): readonly FaultCase[] {
  const minutes = Number(flags['scale-for']);
  if (!(minutes >= 0 && minutes <= 60)) {
    const message = `--scale-for must be minutes from 0 to 60, not '${flags['scale-for']}'`;
    throw new FaultsError('INVALID_ARGUMENT', message);
  }
  const common = [
    ...TIME_AND_LOAD_FAULTS,
    scaleUpAndDown(minutes * 60_000),
    ...PROCESS_FAULTS,
    ...LINK_FAULTS,
  ];
  return flags.redis ? [...common, ...REDIS_FAULTS] : common;
}

function chosen(): readonly FaultCase[] {
  const faults = allFaults();
  if (flags.only === undefined) return faults;
  return flags.only.split(',').map((name) => {
    const fault = faults.find((f) => f.name === name.trim());
    if (fault !== undefined) return fault;
    throw new FaultsError(
      'UNKNOWN_FAULT',
      `--only: no fault '${name}'; one of ${faults.map((f) => f.name).join(', ')}`,
    );
  });
}

async function suffer(fault: FaultCase): Promise<Outcome> {
  const startedMs = performance.now();
  let result: Outcome['result'];
  let world: World | undefined;
  try {
    world = await World.start({ ...DEFAULT_SETTINGS, store: STORE, ...fault.settings });
    await fault.run(world);
    result = await world.finish();
  } catch (error) {
    result = { failure: error instanceof Error ? error.message : String(error) };
  }
  const outcome = { fault, seconds: (performance.now() - startedMs) / 1000, result };
  const keep = flags.keep || !isKept(outcome);
  const dir = await world?.close(keep);
  const files = keep && dir !== undefined ? `; files in ${dir}` : '';
  process.stderr.write(
    `${fault.name}: ${isKept(outcome) ? 'kept' : 'BROKEN'} after ${outcome.seconds.toFixed(0)} s${files}\n`,
  );
  return outcome;
}

async function main(): Promise<number> {
  if (flags.help) return say(HELP);
  const faults = chosen();
  if (flags.list) return say(faults.map((f) => `${f.name}: ${f.promise}`).join('\n'));
  if (flags.redis && !hasRedis()) {
    return say('skipped: no redis-server on the PATH (node tools/install-redis.mjs installs it where root)');
  }
  const outcomes: Outcome[] = [];
  for (const fault of faults) outcomes.push(await suffer(fault));
  say(`On ${flags.redis ? `Redis, ${DURABILITY}` : LMDB}.\n\n${renderReport(outcomes)}`);
  if (flags.json !== undefined) {
    mkdirSync(dirname(flags.json), { recursive: true });
    writeFileSync(flags.json, `${JSON.stringify(outcomes, null, 2)}\n`);
  }
  return outcomes.every(isKept) ? 0 : 1;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof FaultsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
