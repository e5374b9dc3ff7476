// Makes sure that Chromium is there for the tests that need it: the one on the PATH, or Debian's package where root.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const found = () =>
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const apt = (...args) =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status;

if (found() === undefined && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  process.stderr.write('installing Debian’s chromium …\n');
  if (apt('update', '-q') === 0) apt('install', '-y', '-q', '--no-install-recommends', 'chromium');
}
process.stdout.write(
  found() === undefined ? 'no Chromium: install the package chromium as root\n' : `Chromium: ${found()}\n`,
);
process.exitCode = found() === undefined ? 1 : 0;
