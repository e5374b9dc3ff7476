import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsHere, countPixels, launchChromium, type Observed, observe } from './chromium.ts';
import { FakeActuator } from './fake-actuator.ts';
import { FakeWorld } from './fake-world.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const BUILT = fileURLToPath(new URL('../build/test-page', import.meta.url));
const DESKTOP = { width: 1280, height: 900 };
const FORECAST_COLOUR = { light: [79, 70, 200], dark: [160, 155, 247] } as const;
const LOAD_COLOUR = { light: [23, 27, 33], dark: [228, 233, 239] } as const;
/** The expert with the largest area. */
const EXPERT_COLOURS = { light: [79, 70, 200], dark: [160, 155, 247] } as const;
const FIRST_CANVAS = '.card:first-child > figure canvas';
const WAIT = { timeout: 20_000 };

describe.skipIf(!chromiumIsHere())('the page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: FakeActuator;
  let page: Page;
  let observed: Observed;

  beforeAll(async () => {
    await build({ root: PACKAGE, logLevel: 'error', build: { outDir: BUILT, emptyOutDir: true } });
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => browser?.close());

  /** One page and its actuator for the tests of a group. */
  function onPage(partitions: number, options: BrowserContextOptions): void {
    beforeAll(async () => {
      server = new FakeActuator(new FakeWorld({ partitions, staleIndex: 3 }), BUILT);
      await server.listen();
      page = await (await browser.newContext(options)).newPage();
      observed = observe(page);
      await page.goto(server.url);
      await page.locator('.pool canvas').waitFor();
    }, 60_000);
    afterAll(async () => {
      await page.context().close();
      await server.close();
    });
  }

  /** Let time pass at the actuator; the page has drawn the last second when this returns. */
  async function advance(seconds: number): Promise<void> {
    server.advance(seconds);
    await expect.poll(liveness, WAIT).toBe('live');
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  const liveness = () => page.locator('#liveness').getAttribute('data-state');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const forecastPixels = (theme: 'light' | 'dark', side: 'left' | 'right' = 'right') =>
    countPixels(page, FIRST_CANVAS, side, FORECAST_COLOUR[theme]);

  describe('on a desktop', () => {
    onPage(8, { viewport: DESKTOP, colorScheme: 'light' });

    it('draws load and forecast, lists decisions and events', async () => {
      await advance(65);
      expect(await countPixels(page, FIRST_CANVAS, 'left', LOAD_COLOUR.light)).toBeGreaterThan(100);
      expect(await forecastPixels('light')).toBeGreaterThan(100);
      expect(await forecastPixels('light', 'left')).toBeLessThan(20);
      expect(await page.locator('#decision-list > li').count()).toBeGreaterThan(8);
      expect(await page.locator('#event-list > li').count()).toBeGreaterThan(8);
      const said = await page.locator('.card:first-child > figure .readout').textContent();
      expect(said).toMatch(/^Forecast 1 min ago for now: [\d.]+( k)? \(/);
    });

    it('shows what fires, why, and for how long', async () => {
      const alerts = page.locator('#alerts li');
      expect(await alerts.count()).toBe(1);
      expect(await alerts.innerText()).toMatch(
        /^warning\s+No edge reports the load of orders\/3\s+for 2 min 5 s\s+plans rest on older/,
      );
    });

    it('explains a decision by its ingredients and leaves it open when others come', async () => {
      const row = page.locator('#decision-list > li').first();
      await row.locator('summary').click();
      const text = await row.locator('.ingredients table').innerText();
      expect(text).toMatch(/lead time\s+15\.2 s/);
      expect(text).toMatch(/backlog\s+–/);
      await advance(20);
      expect(await page.locator('.ingredients[open]').count()).toBe(1);
    });

    it('shows a partition without data as stale, with nothing made up', async () => {
      const card = page.locator('[aria-label="Partition orders/3"]');
      await card.scrollIntoViewIfNeeded();
      await card.locator('canvas').waitFor();
      expect(await card.locator('.badge').textContent()).toBe('stale');
      expect(await card.locator('.rate strong').textContent()).toBe('–');
      expect(await card.locator('.horizons').innerText()).toContain('no forecast yet');
      await page.locator('.card').first().scrollIntoViewIfNeeded();
    });

    it('shows how edges sample, what that costs, and how far off it may be', async () => {
      expect(await page.locator('#sampling-summary').textContent()).toBe(
        "1 %–100 % of the records · at most 2.1 % of an edge's record path · 1 over budget for the floor of samples",
      );
      await page.locator('#sampling summary').click();
      const articles = page.locator('#sampling article');
      await articles.first().waitFor();
      const [busy, idle] = await articles.allInnerTexts();
      expect(busy).toMatch(/orders\s+bernoulli, edge-a\s+Floor of samples exceeds budget/);
      expect(busy).toMatch(/Rate\s+1\.3 %–100 %/);
      expect(busy).toMatch(/Records, kept, dropped \/s\s+12\.3 k, 180, 2\.40/);
      expect(busy).toMatch(/Overhead\s+63 ns a record, 2\.1 % of the record path\s+Budget\s+1 % of/);
      expect(busy).toMatch(/Error of records\s+counted/);
      expect(busy).toMatch(/Error of distinct keys\s+± 0\.86 %/);
      expect(busy).toMatch(/Size, 90 %\s+1\.21 KiB \(1\.07 KiB–1\.37 KiB\)/);
      expect(busy).toMatch(/orders\.keys\s+keyed\s+5 %\s+600\s+50/);
      expect(idle).toMatch(/orders\s+bernoulli, edge-b\s+Rate\s+1 %[^]*Overhead\s+–\s+Error of records\s+–/);
      await page.locator('#sampling summary').click();
    });

    it('shows the scorecard of a partition, its models, and why', async () => {
      await page.locator('.card:first-child .score summary').click();
      const body = page.locator('.card:first-child .score-body');
      await body.locator('.models').waitFor();
      const text = await body.innerText();
      expect(text).toMatch(/\+1 min\s+11 %\s+0\.55\s+-1\.0 %\s+90 %\s+40\s+400\s/);
      expect(text).toContain('Seasons found: 40 s (at steps of 1 s); 3 min (at steps of 30 s).');
      expect(text).toMatch(/ets ETS\(A,Ad,A\)\[36\]\s+α 0\.312 · φ 0\.94 · σ² 142/);
      expect(text).toMatch(
        /Weight of\s+\+5 s\s+\+1 min\s+\+5 min\s+holt-winters\s+60 %\s+70 %\s+80 %\s+naive\s/,
      );
      expect(text).toMatch(/during sale \(at steps of 30 s\): used, saves 12 % of the error\s+around sale/);
      expect(text).toContain('fitted 2 min 5 s ago to 512 steps of 5 s, error 0.82 of last value since');
    });

    it('shows the experts of a partition over time, and what happened to them', async () => {
      const panel = page.locator('.card:first-child .experts');
      await panel.locator('summary').click();
      await panel.locator('canvas').waitFor();
      expect(await panel.locator('.readout').textContent()).toMatch(
        /^1 min ahead: ets \d\d %, holt-winters \d\d %, seasonal-naive \d\d %$/,
      );
      const legend = await panel.locator('.legend li').allTextContents();
      // Experts with some weight have an area of their own, the others one together; then the marks.
      expect(legend).toHaveLength(7);
      expect(legend[0]).toMatch(/^others \d/);
      expect(legend.slice(-2)).toEqual(['Drift detected', 'Model refitted']);
      const canvas = '.card:first-child .experts canvas';
      expect(await countPixels(page, canvas, 'left', EXPERT_COLOURS.light)).toBeGreaterThan(1000);
      expect(await panel.locator('.marks').innerText()).toContain('drift: page-hinkley; refit follows');
    });

    it('asks for the weights at another horizon', async () => {
      const panel = page.locator('.card:first-child .experts');
      await panel.locator('select').selectOption('300000');
      await expect.poll(() => panel.locator('.readout').textContent(), WAIT).toMatch(/^5 min ahead: /);
      await panel.locator('summary').click();
      await expect.poll(() => panel.locator('canvas').count(), WAIT).toBe(0);
    });

    it('goes on after messages that are not readable', async () => {
      server.sendRaw('event: snapshot\ndata: {"atMs":\n\n');
      server.sendRaw('event: snapshot\ndata: {"error":{}}\n\n');
      server.sendRaw('event: decision\ndata: null\n\n');
      const before = await page.locator('.card:first-child .rate').innerText();
      await advance(30);
      expect(await page.locator('.card:first-child .rate').innerText()).not.toBe(before);
    });

    it('follows the window with its charts', async () => {
      const width = async () => (await page.locator('.pool canvas').boundingBox())?.width ?? 0;
      const before = await width();
      await page.setViewportSize({ width: 1700, height: 900 });
      await expect.poll(width, WAIT).toBeGreaterThan(before + 100);
    });

    it('changes the theme by keyboard, charts too, and keeps it over a reload', async () => {
      const light = await background();
      await page.locator('#theme').focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      expect(await page.locator('#theme').innerText()).toContain('Dark');
      const dark = await background();
      expect(dark).not.toBe(light);
      await expect.poll(() => forecastPixels('dark'), WAIT).toBeGreaterThan(100);
      await page.reload();
      expect(await background()).toBe(dark);
      await page.locator(FIRST_CANVAS).waitFor();
      await expect.poll(() => forecastPixels('dark'), WAIT).toBeGreaterThan(100);
    });

    it('did all this without an error, under a strict policy, from one origin', () => {
      expect(observed.errors).toEqual([]);
      expect([...observed.origins]).toEqual([new URL(server.url).origin]);
    });
  });

  describe('what if', () => {
    onPage(4, { viewport: DESKTOP, colorScheme: 'light' });

    const section = () => page.locator('#what-if');
    const result = () => section().locator('.what-if-result');
    const problem = () => section().locator('.problem');
    const choose = async (policies: readonly string[]): Promise<void> => {
      for (const box of await section().locator('input[name=policy]').all()) {
        await box.setChecked(policies.includes((await box.getAttribute('value')) ?? ''));
      }
    };
    const isSimulatorLoaded = () => server.requests.some((path) => path.includes('worker'));
    const csv = (text: string) => ({ name: 'load.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    const play = () => section().getByRole('button', { name: 'Play' }).click();

    it('loads the simulator only when it is opened, and then offers pools, partitions and policies', async () => {
      expect(isSimulatorLoaded()).toBe(false);
      await section().locator('summary').click();
      await section().locator('input[name=policy]').first().waitFor(WAIT);
      expect(isSimulatorLoaded()).toBe(true);
      const offered = await section().locator('select option').allInnerTexts();
      expect(offered).toEqual(['orders', ...[0, 1, 2, 3].map((i) => `orders/${i}`), 'A CSV file …']);
      expect(await section().locator('input[name=leadTimeSeconds]').inputValue()).toBe('15.2');
    });

    it('plays the planner and others against the recorded load of a pool', async () => {
      await choose(['foreshadow', 'hpa', 'oracle']);
      await section().locator('input[name=maxWorkers]').fill('8');
      await play();
      await result().locator('table').waitFor(WAIT);
      expect(await problem().isHidden()).toBe(true);
      expect(await result().locator('tbody tr').count()).toBe(3);
      expect(await result().innerText()).toContain('orders/3 is left out: nothing was recorded of it');
      expect(await result().locator('svg path.demand').count()).toBe(3);
      const drawn = await result().locator('svg path.supply.own').boundingBox();
      expect(drawn?.width, 'it is drawn').toBeGreaterThan(300);
      expect(await result().locator('h3').innerText()).toMatch(/^orders: 0\.2 h played, lead time 15\.2 s/);
    });

    it('can be cancelled at once, the page alive meanwhile, and played again', async () => {
      await choose(['foreshadow', 'foreshadow-last-value', 'foreshadow-perfect', 'flink', 'crane', 'oracle']);
      await section().locator('input[name=maxWorkers]').fill('1000');
      await play();
      const cancel = section().getByRole('button', { name: 'Cancel' });
      await cancel.waitFor(WAIT);
      await advance(1);
      await cancel.click();
      expect(await section().locator('progress').isHidden()).toBe(true);
      await choose(['hpa']);
      await section().locator('input[name=maxWorkers]').fill('4');
      await section().locator('select').selectOption('partition orders/1');
      await play();
      await expect.poll(() => result().locator('h3').innerText(), WAIT).toMatch(/^orders\/1: /);
      expect(await result().locator('tbody tr').count()).toBe(1);
    });

    it('plays a file, and says where one cannot be read', async () => {
      await section().locator('select').selectOption('csv');
      await play();
      expect(await problem().innerText()).toMatch(/^Choose a CSV file/);
      const rows = Array.from({ length: 120 }, (_, i) => `${i},${100 + (i % 30)}`).join('\n');
      await section()
        .locator('input[type=file]')
        .setInputFiles(csv(`seconds,rate\n${rows}\n120,many\n`));
      await play();
      await expect
        .poll(() => problem().innerText(), WAIT)
        .toBe("load.csv, line 122, column 'rate': is not a number; got 'many'");
      await section()
        .locator('input[type=file]')
        .setInputFiles(csv(`seconds,rate\n${rows}\n`));
      await section().locator('input[name=rowSeconds]').fill('5');
      await play();
      await expect.poll(() => result().locator('h3').innerText(), WAIT).toMatch(/^load\.csv: 0\.2 h played/);
      expect(await problem().isHidden()).toBe(true);
      expect(observed.errors).toEqual([]);
    });
  });

  describe('on a phone in the dark', () => {
    onPage(3, {
      viewport: { width: 320, height: 800 },
      isMobile: true,
      hasTouch: true,
      colorScheme: 'dark',
    });

    it.each([320, 390, 768])('needs no sideways scrolling at %d px', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      await page.locator('.card').first().scrollIntoViewIfNeeded();
      await page.locator(FIRST_CANVAS).waitFor();
      await advance(5);
      const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(sizes).toEqual([width, width]);
      if ((await page.locator('#sampling details[open]').count()) === 0) {
        await page.locator('#sampling summary').click();
      }
      await page.locator('#sampling article').first().waitFor();
      if ((await page.locator('#what-if details[open]').count()) === 0) {
        await page.locator('#what-if summary').click();
      }
      await page.locator('#what-if input[name=policy]').first().waitFor();
      for (const panel of ['.experts', '.score']) {
        const summary = page.locator(`.card:first-child ${panel} summary`);
        if ((await page.locator(`.card:first-child ${panel}[open]`).count()) === 0) await summary.click();
      }
      await page.locator('.card:first-child .experts canvas').waitFor();
      await page.locator('.card:first-child .models').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const chart = await page.locator(FIRST_CANVAS).boundingBox();
      expect(chart?.width).toBeGreaterThan(width < 500 ? width - 60 : 250);
    });

    it('draws in the colours of the dark theme, without an error', async () => {
      expect(await forecastPixels('dark')).toBeGreaterThan(100);
      expect(observed.errors).toEqual([]);
    });
  });

  describe('when the actuator falls silent and goes away', () => {
    onPage(1, { viewport: DESKTOP });

    it('never calls old data live, and is live again by itself', async () => {
      await advance(1);
      expect(await page.locator('#banner').isHidden()).toBe(true);
      await expect.poll(liveness, WAIT).toBe('late');
      expect(await page.locator('#banner').innerText()).toMatch(/^Not live: everything below is as of \d\d:/);
      server.refusing = true;
      server.dropLive();
      await expect.poll(liveness, WAIT).toBe('lost');
      server.refusing = false;
      await expect.poll(liveness, WAIT).toBe('live');
      expect(await page.locator('#banner').isHidden()).toBe(true);
    });
  });

  describe('with 150 partitions', () => {
    onPage(150, { viewport: DESKTOP });

    it('draws only what is on screen and asks only for its history', async () => {
      await page.locator(FIRST_CANVAS).waitFor();
      await advance(3);
      expect(await page.locator('.card').count()).toBe(150);
      expect(await page.locator('.card canvas').count()).toBeLessThan(12);
      const histories = server.requests.filter((path) => path.startsWith('/v1/partitions/'));
      expect(histories.length).toBeLessThan(12);
      await page.locator('.card').last().scrollIntoViewIfNeeded();
      await page.locator('.card:last-child canvas').waitFor();
      await expect.poll(() => page.locator('.card canvas').count(), WAIT).toBeLessThan(14);
    });

    it('filters and orders them', async () => {
      await page.locator('input[type=search]').fill('orders/14');
      await expect.poll(() => page.locator('.card').count()).toBe(11);
      await page.locator('#controls select').first().selectOption('load');
      await expect.poll(() => page.locator('.card h3').first().innerText()).toBe('orders/14');
      await page.locator('input[type=search]').fill('no such');
      await expect.poll(() => page.locator('#no-cards').innerText()).toBe('No partition matches the filter.');
    });
  });
});
