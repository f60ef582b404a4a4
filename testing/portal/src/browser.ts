/** A browser whose every fault is written down: what a page asks elsewhere, what it complains of, what its policy forbids. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Width and height of a desk's and of a phone's window. */
export const DESK = { width: 1200, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** Chromium, installed by the set-up script where it may; otherwise why there is none. `args`: its own switches besides. */
export async function launchChromium(args: readonly string[] = []): Promise<Browser | string> {
  const script = fileURLToPath(new URL('../../../tools/setup-chromium.sh', import.meta.url));
  const found = spawnSync('bash', [script], { encoding: 'utf8' });
  if (found.status !== 0) return found.stderr.trim();
  return await chromium.launch({ executablePath: found.stdout.trim(), args: ['--no-sandbox', '--disable-gpu', ...args] });
}

export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** One reader's window at `url`. What goes wrong in it is added to `faults`. */
export async function openWindow(browser: Browser, url: string, faults: string[], options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: DESK, reducedMotion: 'reduce', ...options });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.page()?.url()}: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`${error.page()?.url()}: ${error.error().message}`));
  context.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:')) faults.push(`left for ${asked}`);
  });
  return { context, page: await context.newPage() };
}

/** Resolves once nothing on the page is on its way any more, its proof included. In English. */
export async function settled(page: Page): Promise<void> {
  await page.locator('#root main:not(:has(.waiting)) h1').first().waitFor();
  await page.getByText('Your browser is checking').waitFor({ state: 'hidden' });
}

/** The same in any language: no part of the page waits any more. */
export async function atRest(page: Page): Promise<void> {
  await page.locator('#root main:not(:has(.waiting)) h1').first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}

/** Axe finds nothing on the page. Its frames, of which ours has none, are not gone into. */
export async function axe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  );
}

/** Sits down as an invented officer, by the code that stands under each. */
export async function be(page: Page, officer: string): Promise<void> {
  const one = page.locator('.people li').filter({ has: page.getByText(officer, { exact: true }) });
  await one.getByRole('button').click();
}
