import { join } from 'node:path';
import { parsePartitionKey, type PositionedRecord } from '@foreshadow/domain';
import type { RecordHandler } from '@foreshadow/worker-sdk';
import { burn, roundsFor } from './cost.ts';
import { LedgerWriter } from './ledger.ts';

const decoder = new TextDecoder();

/**
 * The demo's work: parses each record, spends CPU by its content, and notes it in the ledger of its stream.
 * @param ledgerDir holds a folder of ledgers for each stream; `undefined`: nothing is noted
 */
export function createHandler(ledgerDir: string | undefined): RecordHandler {
  const ledgers = new Map<string, LedgerWriter>();
  const ledgerOf = (dir: string, stream: string): LedgerWriter => {
    const ledger = ledgers.get(stream) ?? new LedgerWriter(join(dir, stream), `${process.pid}-${Date.now()}`);
    ledgers.set(stream, ledger);
    return ledger;
  };
  return (records, context) => {
    for (const record of records) work(record);
    if (ledgerDir === undefined) return;
    const { stream, index } = parsePartitionKey(context.partition);
    const positions = records.map((r) => r.position);
    context.addDiskBytes(ledgerOf(ledgerDir, stream).append(index, positions));
  };
}

function work({ value }: PositionedRecord): void {
  burn(value, roundsFor(JSON.parse(decoder.decode(value)), value.byteLength));
}

const handler: RecordHandler = createHandler(process.env['FORESHADOW_LEDGER_DIR']);
export default handler;
