/** Colours of the charts, taken from the style sheet so that both themes stand in one place. */
export interface Palette {
  readonly actual: string;
  readonly forecast: string;
  readonly band: string;
  readonly earlier: string;
  readonly earlierBand: string;
  readonly capacity: string;
  readonly planned: string;
  readonly grid: string;
  readonly axis: string;
  readonly now: string;
}

const NAMES: Readonly<Record<keyof Palette, string>> = {
  actual: '--chart-actual',
  forecast: '--chart-forecast',
  band: '--chart-band',
  earlier: '--chart-earlier',
  earlierBand: '--chart-earlier-band',
  capacity: '--chart-capacity',
  planned: '--chart-planned',
  grid: '--chart-grid',
  axis: '--chart-axis',
  now: '--chart-now',
};

/**
 * Colours of the theme that is on now. They are read from the `color` of a probe: a custom property by itself is
 * unresolved text, and a canvas cannot resolve `light-dark()`.
 */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const entries = Object.entries(NAMES).map(([key, name]) => {
    probe.style.color = `var(${name})`;
    return [key, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries);
}
