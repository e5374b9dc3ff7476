import type { ForecastPath, LoadForecast } from '@foreshadow/domain';
import { combineForecasts } from './combine.ts';
import { followEdges, followWhole, NO_EDGES, reattribute } from './handover.ts';
import {
  awaitLoad,
  calibrateCumulative,
  calibrateLoad,
  correlationAt,
  createLoadCalibration,
  followLoad,
  lastingLoadCalibration,
  type LoadCalibration,
  type ObservedTick,
  restoreLoadCalibration,
} from './load-calibration.ts';

/** Newest forecasts of the edges that speak for a partition. */
export type EdgeForecasts = ReadonlyMap<string, LoadForecast>;

/** Forecast of a whole partition from those of its edges: summed, calibrated, and steady while load moves between them. */
export class WholeForecast {
  readonly #tickMs: number;
  readonly #horizonsMs: readonly number[];
  #calibration: LoadCalibration;
  #edges = NO_EDGES;
  #parts: EdgeForecasts = new Map();
  #sum: LoadForecast | undefined;
  #forecast: LoadForecast | undefined;
  #awaitedMs = -Infinity;

  constructor(tickMs: number, horizonsMs: readonly number[]) {
    this.#tickMs = tickMs;
    this.#horizonsMs = horizonsMs;
    this.#calibration = createLoadCalibration(tickMs, horizonsMs);
  }

  /** As last made; it stands when no edge speaks any longer. */
  get forecast(): LoadForecast | undefined {
    return this.#forecast;
  }

  get calibration(): LoadCalibration {
    return this.#calibration;
  }

  /** Make the forecast anew; without edges the last one stands. */
  update(parts: EdgeForecasts, nowMs: number): void {
    if (parts.size === 0 || this.#isSame(parts)) return;
    this.#edges = followEdges(this.#edges, parts, this.#forecast, nowMs, this.#tickMs);
    this.#parts = parts;
    this.#sum = combineForecasts([...parts.values()], correlationAt(this.#calibration, parts.size));
    const calibrated = this.#sum && calibrateLoad(this.#calibration, this.#sum);
    this.#forecast = calibrated && reattribute(this.#edges, calibrated, nowMs, this.#tickMs);
  }

  /** Mean rate from now to each horizon of a forecast, of which its cumulative load follows. */
  cumulative(forecast: LoadForecast): ForecastPath {
    return calibrateCumulative(this.#calibration, forecast);
  }

  /**
   * Await what becomes of the forecast as it stands, of whose tick all is known. While load moves between edges nothing
   * is to be learned of how their errors add up.
   */
  awaitActual(): void {
    const sum = this.#sum;
    if (sum === undefined || this.#edges.handover !== undefined || sum.issuedAtMs === this.#awaitedMs) return;
    this.#awaitedMs = sum.issuedAtMs;
    this.#calibration = awaitLoad(this.#calibration, sum, this.#parts);
  }

  observe(tick: ObservedTick): void {
    this.#calibration = followLoad(this.#calibration, tick);
    this.#edges = followWhole(this.#edges, tick.atMs, tick.recordsPerSec);
  }

  #isSame(parts: EdgeForecasts): boolean {
    if (this.#edges.handover !== undefined || parts.size !== this.#parts.size) return false;
    return [...parts].every(([edge, forecast]) => this.#parts.get(edge) === forecast);
  }

  save(): LoadCalibration {
    return lastingLoadCalibration(this.#calibration);
  }

  /** @throws {ActuatorError} `INVALID_STATE` */
  restore(saved: unknown): void {
    this.#calibration = restoreLoadCalibration(saved, this.#tickMs, this.#horizonsMs);
  }
}
