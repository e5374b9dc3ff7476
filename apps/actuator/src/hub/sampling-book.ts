import type { HotKeyShare, SamplingReport, SamplingView } from '@foreshadow/domain';
import { combinedHotKeys } from './hot-keys.ts';

/** How each connected edge samples its streams, by its newest reports. */
export class SamplingBook {
  readonly #nodes = new Map<string, Map<string, SamplingView>>();
  readonly #known: ReadonlySet<string>;

  /** @param streams those that are configured; reports of others are left out */
  constructor(streams: readonly string[]) {
    this.#known = new Set(streams);
  }

  onReports(nodeId: string, reports: readonly SamplingReport[]): void {
    const node = this.#nodes.get(nodeId) ?? new Map<string, SamplingView>();
    this.#nodes.set(nodeId, node);
    for (const report of reports) {
      if (this.#known.has(report.stream)) node.set(report.stream, viewOf(nodeId, report));
    }
  }

  /** The edge is gone: what it said of itself no longer holds. */
  endSession(nodeId: string): void {
    this.#nodes.delete(nodeId);
  }

  /** Keys that hold much of a stream's partitions; what several edges say of a key is weighed by their records. */
  hotKeys(stream: string): ReadonlyMap<number, readonly HotKeyShare[]> {
    return combinedHotKeys(this.views().filter((view) => view.stream === stream));
  }

  /** By stream, then by edge. */
  views(): SamplingView[] {
    const views = [...this.#nodes.values()].flatMap((node) => [...node.values()]);
    return views.sort((a, b) => compare(a.stream, b.stream) || compare(a.nodeId, b.nodeId));
  }
}

/** What is not known is `null`, as everywhere in the API. */
function viewOf(nodeId: string, report: SamplingReport): SamplingView {
  return {
    ...report,
    nodeId,
    recordNs: report.recordNs ?? null,
    overheadShare: report.overheadShare ?? null,
    budget: report.budget ?? null,
    recordsError: report.recordsError ?? null,
    bytesError: report.bytesError ?? null,
    distinctKeysError: report.distinctKeysError ?? null,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
