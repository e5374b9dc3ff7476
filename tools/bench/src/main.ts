import { accuracyCommand } from './accuracy/command.ts';
import { claimCommand } from './claim/command.ts';
import { type SuiteResult, renderSuite, toJson } from './report.ts';
import { samplerAccuracyCommand } from './sampler-accuracy/command.ts';
import { SUITES } from './suites.ts';

const USAGE = `usage: npm run bench -- <suite>... [--json]
       npm run bench -- accuracy --data DIR [options]
       npm run bench -- sampler-accuracy [options]
       npm run bench -- claim --data DIR [--quick]

Each figure stands with its ratio to a rival or baseline measured in the same run.

suites:
${Object.entries(SUITES)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}
  all        every suite

accuracy           error and calibration over real series; \`accuracy --help\` says more
sampler-accuracy   bias and coverage of every sampler; \`sampler-accuracy --help\` says more
claim              the planner against published autoscalers over real traces; \`claim --help\` says more`;

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'accuracy') return accuracyCommand(args.slice(1));
  if (args[0] === 'sampler-accuracy') return samplerAccuracyCommand(args.slice(1));
  if (args[0] === 'claim') return claimCommand(args.slice(1));
  const json = args.includes('--json');
  const named = args.filter((a) => !a.startsWith('-'));
  if (args.includes('--help') || named.length === 0) {
    process.stdout.write(`${USAGE}\n`);
    return args.includes('--help') ? 0 : 2;
  }
  const names = named.includes('all') ? Object.keys(SUITES) : named;
  const unknown = names.filter((name) => SUITES[name] === undefined);
  if (unknown.length > 0) {
    process.stderr.write(`unknown suite '${unknown.join("', '")}'\n${USAGE}\n`);
    return 2;
  }
  const results: SuiteResult[] = [];
  for (const name of names) {
    process.stderr.write(`measuring ${name} …\n`);
    const result = { suite: name, figures: await SUITES[name]!.run() };
    results.push(result);
    if (!json) process.stdout.write(`${renderSuite(result)}\n\n`);
  }
  if (json) process.stdout.write(`${toJson(results)}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
