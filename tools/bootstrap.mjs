// Sets up what a command needs (install, build), then runs it. Plain Node, needs no installed package.
// Usage: node tools/bootstrap.mjs start|test|bench|run|test:runtimes|test:faults|setup [arguments]
// Progress goes to stderr, so that stdout stays the command's own.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMPS = join(ROOT, 'node_modules', '.cache', 'foreshadow');
const MINIMUM_NODE = [20, 19];
const BUILD_INPUTS = ['apps', 'libs', 'wasm', 'tools', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
/** Where the user stands: npm runs scripts in the project's root and says in INIT_CWD where it was called. */
const CALLED_IN =
  process.env.npm_package_json === join(ROOT, 'package.json')
    ? (process.env.INIT_CWD ?? process.cwd())
    : process.cwd();
const NOT_INPUTS = new Set(['node_modules', 'dist', 'build', 'gen', 'test', 'docs', '.nx', '.cache']);

const COMMANDS = {
  setup: async () => build(),
  start: async (args) => (await build()) || foreshadow(['demo', ...args]),
  run: async (args) => (await build()) || foreshadow(args),
  bench: async (args) => (await build()) || node(['tools/bench/dist/main.js', ...args]),
  test: async (args) => (await build()) || (await redisForTests()) || testAll(args),
  'test:runtimes': async (args) => (await build()) || node(['tools/runtime-tests/dist/main.js', ...args]),
  'test:faults': async (args) => (await build()) || node(['tools/faults/dist/main.js', ...args]),
};

/** Run a program to its end; resolves to its exit code. Signals from the terminal are the child's to handle. */
function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const ignore = () => {};
    process.on('SIGTERM', forward);
    process.on('SIGINT', ignore);
    child.on('error', reject);
    // Not `exit`: what the child wrote last may still be in the pipe.
    child.on('close', (code, signal) => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', ignore);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
    options.onChild?.(child);
  });
}

const node = (args) => run(process.execPath, args);
/** Files in its arguments are named from where the user stands. */
const foreshadow = (args) =>
  run(process.execPath, [join(ROOT, 'apps', 'cli', 'dist', 'main.js'), ...args], { cwd: CALLED_IN });
const nx = (args, options) => run(process.execPath, ['node_modules/nx/dist/bin/nx.js', ...args], options);
const say = (text) => process.stderr.write(`${text}\n`);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  say(
    `Foreshadow needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.version}. Install a newer Node and run the same command again.`,
  );
  process.exit(2);
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** Run `work` unless it succeeded before for the same `fingerprint`. */
async function once(name, fingerprint, label, work) {
  const stamp = join(STAMPS, name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return 0;
  const startedAt = performance.now();
  say(`foreshadow: ${label} …`);
  const code = await work();
  if (code !== 0) {
    say(`foreshadow: ${label} failed (exit code ${code}); the lines above say why`);
    return code;
  }
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, fingerprint);
  say(`foreshadow: ${label} done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return 0;
}

function install() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const fingerprint = hashOf(`${lock}${process.version}${process.platform}${process.arch}`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const work = () =>
    run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    });
  return once('install', fingerprint, 'installing dependencies (once, about a minute)', work);
}

/** Size and time of every file that a build reads: cheap, and enough to know whether to ask Nx. */
function sourceFingerprint() {
  const lines = [];
  const visit = (path) => {
    const stat = statSync(path);
    if (!stat.isDirectory()) {
      lines.push(`${path} ${stat.size} ${stat.mtimeMs}`);
      return;
    }
    for (const name of readdirSync(path).sort()) if (!NOT_INPUTS.has(name)) visit(join(path, name));
  };
  for (const input of BUILD_INPUTS) visit(join(ROOT, input));
  return hashOf(lines.join('\n'));
}

async function build() {
  const installed = await install();
  if (installed !== 0) return installed;
  const built = existsSync(join(ROOT, 'apps', 'cli', 'dist', 'main.js'));
  const fingerprint = `${sourceFingerprint()}${built}`;
  const work = () =>
    nx(['run-many', '-t', 'build', '--parallel=2', '--outputStyle=static'], {
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, NX_DAEMON: 'false' },
    });
  const code = await once('build', fingerprint, 'building', work);
  if (code === 0 && !built) writeFileSync(join(STAMPS, 'build'), `${sourceFingerprint()}true`);
  return code;
}

/** Tests on Redis start servers of their own: see that there is one to start. Without, they say why they are skipped. */
async function redisForTests() {
  await run(process.execPath, ['tools/install-redis.mjs'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  return 0;
}

/** All tests through Nx; ends with one line that adds up what vitest counted in each project. */
async function testAll(args) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const targets = ['run-many', '-t', 'test', '--parallel=2', '--outputStyle=static', ...args];
  const code = await nx(targets, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NX_DAEMON: 'false' },
    onChild: (child) => {
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        process.stdout.write(chunk);
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop();
        for (const line of lines) addCounts(counts, line);
      });
    },
  });
  const failed = Math.max(counts.failed, code === 0 ? 0 : 1);
  process.stdout.write(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
  return code;
}

/** Vitest's `Tests  1 failed | 2 skipped | 30 passed (33)`. */
function addCounts(counts, line) {
  // biome-ignore lint: the escape character is what is looked for
  const plain = line.replace(/\u001b\[[0-9;]*m/g, '');
  if (!/^\s*Tests\s+\d/.test(plain)) return;
  for (const [, n, kind] of plain.matchAll(/(\d+) (passed|failed|skipped)/g)) counts[kind] += Number(n);
}

checkNode();
const [command, ...args] = process.argv.slice(2);
const action = COMMANDS[command];
if (action === undefined) {
  say(`usage: node tools/bootstrap.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);
  process.exit(2);
}
process.exitCode = await action(args);
