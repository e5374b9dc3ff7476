const EXPERT_COLOURS = 8;

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
  readonly surface: string;
  /** Areas of experts; `others` are those without a colour of their own. */
  readonly experts: readonly string[];
  readonly others: string;
  readonly drift: string;
  readonly refit: string;
}

/**
 * Colours of the theme that is on now. They are read from the `color` of a probe: a custom property by itself is
 * unresolved text, and a canvas cannot resolve `light-dark()`.
 */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    actual: colour('--chart-actual'),
    forecast: colour('--chart-forecast'),
    band: colour('--chart-band'),
    earlier: colour('--chart-earlier'),
    earlierBand: colour('--chart-earlier-band'),
    capacity: colour('--chart-capacity'),
    planned: colour('--chart-planned'),
    grid: colour('--chart-grid'),
    axis: colour('--chart-axis'),
    now: colour('--chart-now'),
    surface: colour('--surface'),
    experts: Array.from({ length: EXPERT_COLOURS }, (_, i) => colour(`--chart-expert-${i + 1}`)),
    others: colour('--chart-others'),
    drift: colour('--alert'),
    refit: colour('--chart-refit'),
  };
  probe.remove();
  return palette;
}
