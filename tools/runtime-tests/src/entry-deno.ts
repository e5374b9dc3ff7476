import { OUTCOME_MARK } from './contract.ts';
import { runSuite } from './suite.ts';

declare const Deno: { readonly args: readonly string[] };

const [baseUrl = '', linkUrl = '', stream = ''] = Deno.args;
const outcome = await runSuite({ runtime: 'deno', baseUrl, linkUrl, stream, hasSharedWorkers: true });
console.log(`${OUTCOME_MARK}${JSON.stringify(outcome)}`);
