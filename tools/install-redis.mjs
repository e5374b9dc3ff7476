// Makes sure that a redis-server is there for the tests that need one: the one on the PATH, or Debian's package where
// root. The package's own service is not started.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const found = () => spawnSync('redis-server', ['--version']).status === 0;
const apt = (...args) =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  }).status;

if (!found() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  process.stderr.write('installing Debian’s redis-server …\n');
  if (apt('update', '-q') === 0) apt('install', '-y', '-q', '--no-install-recommends', 'redis-server');
}
process.stdout.write(
  found() ? 'redis-server: found\n' : 'no redis-server: install the package redis-server as root\n',
);
process.exitCode = found() ? 0 : 1;
