import { expect, it } from 'vitest';
import { runCommand } from '../run-command.ts';

it.each([
  [['--kill-leader', '10'], /--kill-leader: needs --actuators 2 or more; got 1/],
  [
    ['--port', '7072', '--edges', '2'],
    /--port and --edge-port: 2 ports from --edge-port on.*got 7072, 7071, 7072/,
  ],
  [['--edge-port', '65535', '--edges', '2'], /--edge-port: 2 ports from --edge-port on.*65536/],
  [['--edges', '0'], /--edges/],
])('%j is refused with what is wrong', async (args, message) => {
  const { code, err } = await runCommand('demo', ...args);
  expect([code, err]).toEqual([2, expect.stringMatching(message)]);
});
