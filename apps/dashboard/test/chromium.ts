import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Whether the browser tests can run here; says so once where they cannot. */
export function chromiumIsHere(): boolean {
  const here = existsSync(CHROMIUM);
  if (!here) console.warn(`skipped: the page is not tested in a browser, there is no ${CHROMIUM}`);
  return here;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What went wrong on a page, and where it asked for anything. */
export interface Observed {
  readonly errors: readonly string[];
  readonly origins: ReadonlySet<string>;
}

export function observe(page: Page): Observed {
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  return { errors, origins };
}

/** Count the pixels of a colour in the left or right two fifths of a canvas: past or future of a partition's chart. */
export function countPixels(
  page: Page,
  canvas: string,
  side: 'left' | 'right',
  rgb: readonly [number, number, number],
): Promise<number> {
  return page.locator(canvas).evaluate(
    (node, [side, red, green, blue]) => {
      const { width, height } = node as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(node as HTMLCanvasElement, 0, 0);
      const start = side === 'left' ? 0 : Math.floor(width * 0.6);
      const data = copy?.getImageData(start, 0, Math.floor(width * 0.4), height).data ?? [];
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const away = [red, green, blue].map((value, place) => Math.abs((data[i + place] ?? 0) - value));
        if (data[i + 3] === 255 && Math.max(...away) < 24) count += 1;
      }
      return count;
    },
    [side, ...rgb] as const,
  );
}
