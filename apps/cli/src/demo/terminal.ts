import type { DecisionView, ForecastPoint, LiveSnapshot, PartitionView } from '@foreshadow/domain';

const number = (x: number | null | undefined, digits = 0): string =>
  x === null || x === undefined || !Number.isFinite(x) ? '–' : x.toFixed(digits);

const seconds = (ms: number): string => (ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`);

const forecastCell = (p: ForecastPoint | undefined): string =>
  p === undefined ? '–' : `${number(p.mean)} (${number(p.lower)}–${number(p.upper)})`;

/** The live table, one row a partition; fits `columns` characters. */
export function liveTable(
  snapshot: LiveSnapshot,
  lastDecision: DecisionView | undefined,
  columns: number,
): string {
  const horizons =
    snapshot.partitions.find((p) => p.forecast.length > 0)?.forecast.map((f) => f.horizonMs) ?? [];
  const header = [
    'partition',
    'rec/s',
    ...horizons.map((h) => `in ${seconds(h)}`),
    'capacity',
    'lag',
    'owner',
  ];
  const rows = snapshot.partitions
    .filter((p) => p.recordsPerSec !== null || p.owner !== null)
    .map((p) => row(p, horizons));
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ');
  const lines = [...snapshot.pools.map(poolLine), '', line(header), ...rows.map(line), ''];
  if (lastDecision !== undefined) lines.push(decisionLine(lastDecision));
  return lines.map((l) => (l.length > columns ? `${l.slice(0, columns - 1)}…` : l)).join('\n');
}

function row(p: PartitionView, horizons: readonly number[]): string[] {
  return [
    `${p.partition}${p.stale ? ' (stale)' : ''}`,
    number(p.recordsPerSec),
    ...horizons.map((h) => forecastCell(p.forecast.find((f) => f.horizonMs === h))),
    number(p.capacityRecordsPerSec),
    p.lagSeconds === null ? '–' : `${number(p.lagSeconds, 1)} s`,
    p.owner ?? '–',
  ];
}

function poolLine(pool: LiveSnapshot['pools'][number]): string {
  const { ready, starting, draining } = pool.workers;
  const moving = [
    starting > 0 ? `${starting} starting` : '',
    draining > 0 ? `${draining} draining` : '',
  ].filter(Boolean);
  const planned = pool.planned === null ? '–' : String(pool.planned.workers);
  return [
    `${pool.name}: ${ready} workers${moving.length > 0 ? ` (${moving.join(', ')})` : ''} → ${planned} planned`,
    `demand ${number(pool.demand?.cpuCores, 2)} of ${number(pool.capacity.cpuCores, 2)} cores`,
    `lead time ${number(pool.leadTimeMs / 1000, 1)} s`,
  ].join(' · ');
}

export function decisionLine(decision: DecisionView): string {
  const time = new Date(decision.decidedAtMs).toISOString().slice(11, 19);
  return `${time} ${decision.pool} → ${decision.allocation.workers} × ${decision.allocation.perWorker.cpuCores.toFixed(2)} cores · ${decision.reason}: ${decision.message}`;
}

/** One plain line a snapshot, for output that is not a terminal. */
export function plainLine(snapshot: LiveSnapshot): string {
  const time = new Date(snapshot.atMs).toISOString().slice(11, 19);
  const rate = snapshot.partitions.reduce((sum, p) => sum + (p.recordsPerSec ?? 0), 0);
  const lag = Math.max(0, ...snapshot.partitions.map((p) => p.lagSeconds ?? 0));
  return `${time} ${number(rate)} records/s · lag ${number(lag, 1)} s · ${snapshot.pools.map(poolLine).join(' | ')}`;
}

export interface Screen {
  show(snapshot: LiveSnapshot): void;
  decision(decision: DecisionView): void;
  note(text: string): void;
  end(): void;
}

/** Redraws in place on a terminal. */
export function terminalScreen(stream: NodeJS.WriteStream): Screen {
  let last: DecisionView | undefined;
  let lines = 0;
  const clear = (): string => (lines === 0 ? '' : `\u001b[${lines}A\r\u001b[J`);
  return {
    show(snapshot) {
      const text = liveTable(snapshot, last, stream.columns ?? 120);
      stream.write(`${clear()}${text}\n`);
      lines = text.split('\n').length;
    },
    decision: (decision) => void (last = decision),
    note(text) {
      stream.write(`${clear()}${text}\n`);
      lines = 0;
    },
    end: () => void (lines = 0),
  };
}

/** Plain lines: a snapshot every ten seconds, decisions and notes as they come. */
export function plainScreen(write: (line: string) => void): Screen {
  let lastShownMs = Number.NEGATIVE_INFINITY;
  return {
    show(snapshot) {
      if (snapshot.atMs - lastShownMs < 10_000) return;
      lastShownMs = snapshot.atMs;
      write(plainLine(snapshot));
    },
    decision: (decision) => write(decisionLine(decision)),
    note: write,
    end: () => {},
  };
}
