import { parseSeries } from '@foreshadow/csv';
import {
  cellsOf,
  COLUMNS,
  contendersOf,
  playsOf,
  playTrace,
  type RecordedSeries,
  rowSecondsOf,
  type RunOptions,
  sorted,
  stageOf,
  supplyPicture,
  titleOf,
} from '@foreshadow/simulate';
import type { WhatIfNews, WhatIfOrder } from './messages.ts';

const SEED = 1;
const REBALANCE_PAUSE_SECONDS = 3;
/** Fewer rows teach no policy anything. */
const FEWEST_ROWS = 60;
/** A page has about this much memory for one trace: 8 bytes each, and the supply of each policy. */
const MOST_PARTITION_SECONDS = 40_000_000;
/** Columns that tell most, so that a table fits a page. */
const SHOWN = ['policy', 'late %', 'cost h', '× oracle', 'worst lag s', 'actions/h', 'disruptive/h'] as const;

/**
 * Play an order: as `foreshadow simulate --no-tuned` does, on one trace.
 * @param onProgress plays done, of all
 * @throws {CsvError | SimulateError | Error} with what is wrong, for people
 */
export function playOrder(
  order: WhatIfOrder,
  onProgress: (done: number, total: number) => void,
): Extract<WhatIfNews, { kind: 'played' }> {
  const { name, maxWorkers, recordsPerSecPerWorker, leadTimeSeconds, sloSeconds, rowSeconds } = order;
  const series = seriesOf(order);
  checkSize(order, series);
  const stage = stageOf(name, series, {
    leadTimeSeconds,
    sloSeconds,
    rebalancePauseSeconds: REBALANCE_PAUSE_SECONDS,
    partitions: maxWorkers,
    skew: 0,
    faults: [],
    seed: SEED,
    rowSeconds,
    pool: recordsPerSecPerWorker === undefined ? {} : { recordsPerSecPerWorker },
  });
  const options: RunOptions = {
    contenders: contendersOf(order.policies),
    isTuned: false,
    withFronts: false,
  };
  const total = playsOf(options);
  let done = 0;
  const report = playTrace(name, series, stage, options, () => onProgress(++done, total));
  const places = SHOWN.map((column) => COLUMNS.indexOf(column));
  return {
    kind: 'played',
    title: titleOf(report),
    warnings: report.warnings,
    picture: supplyPicture(report),
    columns: SHOWN,
    rows: sorted(report.rows).map((row) => {
      const cells = cellsOf(row);
      return places.map((place) => cells[place] ?? '');
    }),
  };
}

function seriesOf({ name, load }: WhatIfOrder): RecordedSeries {
  if (load.kind === 'recorded') return load;
  return parseSeries(name, load.text, { timeColumn: load.timeColumn, column: load.column });
}

function checkSize(order: WhatIfOrder, series: RecordedSeries): void {
  const rows = series.values.length;
  if (rows < FEWEST_ROWS) {
    throw new Error(`${order.name}: at least ${FEWEST_ROWS} steps are needed; there are ${rows}`);
  }
  const size = rows * rowSecondsOf(series, order) * order.maxWorkers;
  if (size <= MOST_PARTITION_SECONDS) return;
  const advice = 'play rows for fewer seconds, or use the command `foreshadow simulate`';
  throw new Error(
    `${order.name}: ${size} seconds of partitions are more than a page should play (${MOST_PARTITION_SECONDS}); ${advice}`,
  );
}
