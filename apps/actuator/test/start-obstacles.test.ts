import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, PoolView } from '@foreshadow/domain';
import { openLocal } from '@foreshadow/local';
import { describe, expect, it, vi } from 'vitest';
import { startActuator } from '../src/index.ts';
import { silentLogger } from '../src/logger.ts';
import { configOf, get, log, MAX_WAIT, orchestrator, server, start, state, text } from './small-actuator.ts';

describe('what stands in the way', () => {
  it('says in one line that the port is in use, and what to do', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const attempt = startActuator(configOf('advise', port), { storage: { log, state } });
    await expect(attempt).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(
        new RegExp(`^port ${port} on 127.0.0.1 is in use; .*actuator.port[^\\n]*$`),
      ) as string,
    });
    blocker.close();
  });

  it('refuses to act without a way to start workers, and gives the store back', async () => {
    const path = await mkdtemp(join(tmpdir(), 'foreshadow-actuator-'));
    const config = { ...configOf('act'), storage: { path, retainRecords: 0 } };
    await expect(startActuator(config)).rejects.toMatchObject({ code: 'NO_WORKER_COMMAND' });
    const local = openLocal(path);
    expect(await local.log.streams()).toEqual([]);
    await local.close();
    await rm(path, { recursive: true });
  });

  it('goes on when saved state is damaged or of another version', async () => {
    await state.put('actuator/pools/workers', new TextEncoder().encode('{"version":1,"value":{"planner"'));
    const warn = vi.fn();
    await start('advise', { logger: { ...silentLogger, warn } });
    await vi.waitFor(async () => expect((await get<Plan>('/v1/plan')).pools).toHaveLength(1), MAX_WAIT);
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ pool: 'workers' }),
      expect.stringContaining('saved state'),
    );
  });

  it('keeps the last plan and shows the workers while the orchestrator does not answer, and says so', async () => {
    await start('act');
    const workersShown = async (): Promise<PoolView['workers'] | undefined> =>
      (await get<{ pools: PoolView[] }>('/v1/pools')).pools[0]?.workers;
    await vi.waitFor(async () => expect((await workersShown())?.ready).toBe(1), MAX_WAIT);
    const [before] = (await get<Plan>('/v1/plan')).pools;
    vi.spyOn(orchestrator, 'observe').mockRejectedValue(new Error('no answer'));
    await vi.waitFor(async () => {
      expect(await text('/metrics')).toMatch(/collect_failures_total\{source="workers"\} [2-9]/);
    }, MAX_WAIT);
    expect((await get<Plan>('/v1/plan')).pools[0]?.allocation).toEqual(before?.allocation);
    expect((await workersShown())?.ready).toBe(1);
    expect((await fetch(`${server?.url}/healthz`)).status).toBe(200);
  });

  it('warns loudly when it listens beyond this machine', async () => {
    const warn = vi.fn();
    const config = configOf('advise');
    const host = { ...config, actuator: { ...config.actuator, host: '0.0.0.0' } };
    await start('advise', { logger: { ...silentLogger, warn } }, host);
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ host: '0.0.0.0' }),
      expect.stringContaining('INSECURE'),
    );
  });
});
