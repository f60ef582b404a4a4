/** The tasks of those who learn, in a real Chromium on a sandbox: done at the desk, they check themselves off. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { BUILT_PORTAL, type RunningSandbox, runSandbox } from '@tabularium/node';
import type { Browser, Page } from 'playwright-core';
import { DESK, launchChromium, openWindow, PHONE, settled } from './browser.ts';
import { buildPortal } from './town.ts';

describe('a sandbox’s tasks', { timeout: 180_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-training-'));
  const faults: string[] = [];
  let sandbox: RunningSandbox;
  let browser: Browser | string;
  before(async () => {
    browser = await launchChromium();
    buildPortal();
    const source = { profile: 'town', zone: 'Europe/Vienna' } as const;
    sandbox = await runSandbox({ dir: join(work, 'sandbox'), source, hour: 3, node: { portal: BUILT_PORTAL } });
  });
  after(async () => {
    if (typeof browser !== 'string') await browser?.close();
    await sandbox?.close();
    rmSync(work, { recursive: true, force: true });
  });

  function seen(name: string, look: (page: Page) => Promise<void>, options: Parameters<typeof openWindow>[3] = {}): void {
    test(name, async (t: TestContext) => {
      if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
      const { context, page } = await openWindow(browser, sandbox.node.url, faults, options);
      try {
        await page.goto('/training');
        await look(page);
      } finally {
        await context.close();
      }
    });
  }

  const be = (page: Page, officer: string): Promise<void> =>
    page
      .locator('.people li')
      .filter({ has: page.getByText(officer, { exact: true }) })
      .getByRole('button')
      .click();

  seen('what is signed at the desk is done here, and what leaves no trace the learner ticks', async (page) => {
    await be(page, 'accountant');
    const tasks = page.locator('.tasks > li');
    const propose = tasks.filter({ hasText: 'Propose something' });
    await propose.getByText('Not yet').waitFor();
    await tasks.filter({ hasText: 'Be refused' }).getByLabel('I did this').check();
    await page.getByText('1 of 7 done').waitFor();
    await propose.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Open a budget year' }).waitFor();
    await page.getByLabel('Budget year').fill('2030');
    await page.getByLabel('First day').fill('2030-01-01');
    await page.getByLabel('Last day').fill('2030-12-31');
    const sign = page.getByRole('button', { name: 'Sign and propose' });
    // Until what it will change is shown, the button moves.
    await page.getByText('The rules allow this.').waitFor();
    await sign.click();
    await sign.waitFor({ state: 'detached' });
    await page.goto('/training');
    await propose.getByText('Done: the record shows it').waitFor();
    await page.getByText('2 of 7 done').waitFor();
  });

  for (const [viewport, locale] of [
    [PHONE, 'es-ES'],
    [DESK, 'en-GB'],
  ] as const) {
    seen(
      `at ${viewport.width} px, in ${locale}, light and dark: nothing too wide, and axe finds nothing`,
      async (page) => {
        for (const officer of [undefined, 'mayor']) {
          if (officer !== undefined) await be(page, officer);
          if (officer !== undefined) await page.locator('.tasks').waitFor();
          await settled(page);
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), viewport.width);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
            assert.deepEqual(
              violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
              [],
            );
          }
        }
      },
      { viewport, locale },
    );
  }

  test('nothing was complained of', () => assert.deepEqual(faults, []));
});
