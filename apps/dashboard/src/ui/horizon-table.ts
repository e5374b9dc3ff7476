import type { ForecastPoint } from '@foreshadow/domain';
import { formatRate, formatRateRange } from '../format/number.ts';
import { formatHorizon } from '../format/time.ts';
import { element, setText } from './dom.ts';

/** The 90 % interval of a forecast in words. */
export function intervalWords(point: Pick<ForecastPoint, 'lower' | 'upper'>): string {
  return formatRateRange(point.lower, point.upper);
}

/** Forecast of a partition at each configured horizon, one column each. */
export class HorizonTable {
  readonly root = element('table', { class: 'numbers horizons' });
  #means: readonly HTMLElement[] = [];
  #intervals: readonly HTMLElement[] = [];
  #key = '';

  update(forecast: readonly ForecastPoint[]): void {
    const key = forecast.map((point) => point.horizonMs).join();
    if (key !== this.#key || this.root.childElementCount === 0) this.#build(forecast, key);
    forecast.forEach((point, index) => {
      const mean = this.#means[index];
      const interval = this.#intervals[index];
      if (mean !== undefined) setText(mean, formatRate(point.mean));
      if (interval !== undefined) setText(interval, intervalWords(point));
    });
  }

  #build(forecast: readonly ForecastPoint[], key: string): void {
    this.#key = key;
    this.#means = forecast.map(() => element('td'));
    this.#intervals = forecast.map(() => element('td'));
    const none = forecast.length === 0 ? element('td', { class: 'muted' }, 'no forecast yet') : undefined;
    const head = forecast.map((point) => element('th', { scope: 'col' }, formatHorizon(point.horizonMs)));
    this.root.replaceChildren(
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'records/s'), ...head)),
      element(
        'tbody',
        {},
        element('tr', {}, element('th', { scope: 'row' }, 'Forecast'), ...this.#means, none),
        element('tr', {}, element('th', { scope: 'row' }, '90 % interval'), ...this.#intervals),
      ),
    );
  }
}
