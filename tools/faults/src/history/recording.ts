import type { Leases, Orchestrator, StreamLog } from '@foreshadow/ports';
import { type HistoryWriter, machineMs } from './files.ts';

/** `target` with some of its methods replaced; the others are its own. */
function overlay<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(inner, key) {
      const replaced: unknown = Reflect.get(methods, key);
      if (replaced !== undefined) return replaced;
      const own: unknown = Reflect.get(inner, key);
      return typeof own === 'function' ? (own.bind(inner) as unknown) : own;
    },
  });
}

/** Leases that write down what was taken and renewed, before the worker gets to know of it. */
export function recordingLeases(leases: Leases, history: HistoryWriter): Leases {
  const note = (name: string, token: number, worker: string, ttlMs: number): void => {
    const atMs = machineMs();
    const partition = name.slice(name.indexOf('/partitions/') + '/partitions/'.length);
    history.write({ kind: 'leased', atMs, partition, token, worker, untilMs: atMs + ttlMs });
  };
  return overlay(leases, {
    async acquire(name, owner, ttlMs) {
      const lease = await leases.acquire(name, owner, ttlMs);
      if (lease !== undefined) note(name, lease.token, owner, ttlMs);
      return lease;
    },
    async renew(lease, ttlMs) {
      const isHeld = await leases.renew(lease, ttlMs);
      if (isHeld) note(lease.name, lease.token, lease.owner, ttlMs);
      return isHeld;
    },
  });
}

/** Leases that write down who leads the actuators, before the leader gets to know of it. */
export function recordingElection(leases: Leases, replica: string, history: HistoryWriter): Leases {
  return overlay(leases, {
    async acquire(name, owner, ttlMs) {
      const lease = await leases.acquire(name, owner, ttlMs);
      const atMs = machineMs();
      if (lease !== undefined) {
        history.write({ kind: 'led', atMs, replica, token: lease.token, untilMs: atMs + ttlMs });
      }
      return lease;
    },
  });
}

/** A log that writes down claims and commits that it took. */
export function recordingLog(log: StreamLog, worker: string, history: HistoryWriter): StreamLog {
  return overlay(log, {
    async claim(partition, group, token) {
      const next = await log.claim(partition, group, token);
      history.write({ kind: 'claimed', atMs: machineMs(), partition, token, worker });
      return next;
    },
    async commit(partition, group, next, token) {
      const calledMs = machineMs();
      await log.commit(partition, group, next, token);
      history.write({ kind: 'committed', atMs: machineMs(), calledMs, partition, token, worker, next });
    },
  });
}

/** An orchestrator that writes down the plans it took, and what happened to workers. */
export function recordingOrchestrator(
  orchestrator: Orchestrator,
  replica: string,
  history: HistoryWriter,
): Orchestrator {
  orchestrator.onEvent(({ worker, kind }) =>
    history.write({ kind: 'worker', atMs: machineMs(), worker, what: kind }),
  );
  return overlay(orchestrator, {
    async apply(pool, plan) {
      const calledMs = machineMs();
      await orchestrator.apply(pool, plan);
      const { workers, perWorker } = plan.allocation;
      const { version, owners } = plan.assignment;
      history.write({
        kind: 'planned',
        atMs: machineMs(),
        calledMs,
        replica,
        workers,
        cores: workers * perWorker.cpuCores,
        version,
        owners: JSON.stringify(owners),
      });
    },
  });
}
