// Checks that imports, package.json dependencies, tsconfig references and layer tags agree.
// Usage: node tools/check-workspace.mjs [--fix]   (--fix writes missing or surplus tsconfig references)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';

/** layer -> layers it may depend on */
const ALLOWED = {
  kernel: [],
  domain: ['domain'],
  core: ['kernel', 'domain', 'core'],
  port: ['domain'],
  adapter: ['port', 'domain', 'core'],
  sdk: ['port', 'domain', 'core', 'kernel'],
  app: ['kernel', 'domain', 'core', 'port', 'adapter', 'sdk', 'app'],
};
const GROUPS = ['apps', 'libs', 'wasm', 'tools'];
const fix = process.argv.includes('--fix');
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const walk = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory()
          ? entry.name === 'gen'
            ? []
            : walk(join(dir, entry.name))
          : [join(dir, entry.name)],
      )
    : [];

const packages = new Map();
for (const group of GROUPS) {
  for (const name of existsSync(group) ? readdirSync(group) : []) {
    const dir = join(group, name);
    if (!existsSync(join(dir, 'package.json'))) continue;
    const pkg = json(join(dir, 'package.json'));
    const layer = (pkg.nx?.tags ?? []).find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length);
    packages.set(pkg.name, { dir, pkg, layer });
  }
}
const rootDev = new Set(Object.keys(json('package.json').devDependencies));
const problems = [];

/** Packages that the TypeScript files in some folders of a package import: [own workspace, outside]. */
function importsOf(name, dir, folders) {
  const inside = new Set();
  const outside = new Set();
  const files = folders.flatMap((folder) => walk(join(dir, folder)));
  for (const file of files.filter((f) => /\.(ts|tsx|mts)$/.test(f))) {
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    for (const [, spec] of text.matchAll(/(?:\bfrom\s|\bimport\s*\(?)\s*['"]([^'"\n]+)['"]/g)) {
      if (spec.startsWith('.') && !join(file, '..', spec).startsWith(join(dir, '/'))) {
        problems.push(`${name}: ${file} imports ${spec}, which lies outside of the package`);
      }
      if (spec.startsWith('.') || spec.startsWith('node:') || builtinModules.includes(spec)) continue;
      const target = spec.startsWith('@') ? spec.split('/').slice(0, 2).join('/') : spec.split('/')[0];
      if (target === name) continue;
      (packages.has(target) ? inside : outside).add(target);
    }
  }
  return [inside, outside];
}

/** Compare (or with --fix, write) the references of one tsconfig file. */
function checkReferences(name, dir, file, wanted, keep) {
  const path = join(dir, file);
  const config = json(path);
  const want = [
    ...keep,
    ...[...wanted].map((d) => relative(dir, join(packages.get(d).dir, 'tsconfig.lib.json'))).sort(),
  ];
  const have = (config.references ?? []).map((r) => r.path);
  const missing = want.filter((p) => !have.includes(p));
  const surplus = have.filter((p) => !want.includes(p));
  if (missing.length + surplus.length === 0) return;
  if (fix) {
    config.references = want.map((p) => ({ path: p }));
    writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
    return;
  }
  for (const p of missing) problems.push(`${name}: ${file} lacks a reference to ${p}`);
  for (const p of surplus) problems.push(`${name}: ${file} has a reference to ${p} that nothing imports`);
}

for (const [name, { dir, pkg, layer }] of packages) {
  if (ALLOWED[layer] === undefined) {
    problems.push(`${name}: package.json needs a tag layer:${Object.keys(ALLOWED).join('|')} under nx.tags`);
    continue;
  }
  const [inside, outside] = importsOf(name, dir, ['src']);
  const [testInside, testOutside] = importsOf(name, dir, ['test', 'examples']);
  const dependencies = new Set(Object.keys({ ...pkg.dependencies, ...pkg.peerDependencies }));
  const development = new Set(Object.keys(pkg.devDependencies ?? {}));
  for (const d of [...inside, ...outside]) {
    if (!dependencies.has(d)) problems.push(`${name}: imports ${d} without declaring it under dependencies`);
  }
  for (const d of [...testInside, ...testOutside]) {
    if (!dependencies.has(d) && !development.has(d) && !rootDev.has(d)) {
      problems.push(`${name}: its tests import ${d} without declaring it`);
    }
  }
  for (const d of inside) {
    const to = packages.get(d).layer;
    if (!ALLOWED[layer].includes(to)) problems.push(`${name} (${layer}) may not depend on ${d} (${to})`);
  }
  for (const d of dependencies) {
    if (packages.has(d) && !inside.has(d)) problems.push(`${name}: declares ${d} but never imports it`);
  }
  for (const d of development) {
    if (packages.has(d) && !testInside.has(d))
      problems.push(`${name}: declares ${d} for its tests, which never import it`);
  }
  checkReferences(name, dir, 'tsconfig.lib.json', inside, []);
  if (existsSync(join(dir, 'tsconfig.test.json'))) {
    const wanted = new Set([...testInside]);
    checkReferences(
      name,
      dir,
      'tsconfig.test.json',
      wanted,
      existsSync(join(dir, 'src')) ? ['./tsconfig.lib.json'] : [],
    );
  }
}

const root = new Set((json('tsconfig.json').references ?? []).map((r) => join(r.path)));
for (const { dir } of packages.values()) {
  if (!root.has(dir)) problems.push(`tsconfig.json lacks a reference to ./${dir}`);
}
console.log(problems.length > 0 ? problems.join('\n') : `${packages.size} packages, boundaries hold`);
process.exitCode = problems.length > 0 ? 1 : 0;
