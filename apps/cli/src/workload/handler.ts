import { parsePartitionKey, type PositionedRecord } from '@foreshadow/domain';
import type { RecordHandler } from '@foreshadow/worker-sdk';
import { burn, roundsFor } from './cost.ts';
import { LedgerWriter } from './ledger.ts';

const decoder = new TextDecoder();

/**
 * The demo's work: parses each record, spends CPU by its content, and notes it in the ledger.
 * @param ledgerDir where; `undefined`: nowhere
 */
export function createHandler(ledgerDir: string | undefined): RecordHandler {
  const ledger =
    ledgerDir === undefined ? undefined : new LedgerWriter(ledgerDir, `${process.pid}-${Date.now()}`);
  return (records, context) => {
    for (const record of records) work(record);
    if (ledger === undefined) return;
    const { index } = parsePartitionKey(context.partition);
    context.addDiskBytes(
      ledger.append(
        index,
        records.map((r) => r.position),
      ),
    );
  };
}

function work({ value }: PositionedRecord): void {
  burn(value, roundsFor(JSON.parse(decoder.decode(value)), value.byteLength));
}

const handler: RecordHandler = createHandler(process.env['FORESHADOW_LEDGER_DIR']);
export default handler;
