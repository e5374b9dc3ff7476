import { chromium } from 'playwright-core';
import { startDemo } from './demo-process.ts';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './runtimes.ts';

const TIMEOUT_MS = 90_000;
/** A row of the list of decisions: its sentence for people. */
const DECISION = '#decisions .message';

/** Runs the demo for a short while and looks at its page as a visitor would. */
export async function checkPage(dataDir: string): Promise<string> {
  const demo = await startDemo(['--start-delay', '1s', '--data', dataDir]);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(demo.url);
    await page.waitForFunction(forecastShown, undefined, { timeout: TIMEOUT_MS });
    await page.locator(DECISION).first().waitFor({ timeout: TIMEOUT_MS });
    const decision = await page.locator(DECISION).first().innerText();
    if (errors.length > 0) throw new Error(`console errors: ${errors.join('; ')}`);
    return decision;
  } finally {
    await browser.close();
    await demo.stop();
  }
}

/** Some partition shows a number for a horizon and a drawn chart. */
function forecastShown(): boolean {
  const cells = [...document.querySelectorAll('table.horizons td')];
  return cells.some((cell) => /\d/.test(cell.textContent ?? '')) && document.querySelector('canvas') !== null;
}
