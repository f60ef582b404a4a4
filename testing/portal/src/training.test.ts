/** The tasks of those who learn, in a real Chromium on a sandbox: done at the desk, they check themselves off. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe } from 'node:test';
import { BUILT_PORTAL, runSandbox } from '@tabularium/node';
import { axe, be, DESK, PHONE, settled } from './browser.ts';
import { Rig } from './rig.ts';

describe('a sandbox’s tasks', { timeout: 180_000 }, () => {
  const rig = new Rig(async (work) => {
    const source = { profile: 'town', zone: 'Europe/Vienna' } as const;
    return await runSandbox({ dir: join(work, 'sandbox'), source, hour: 3, node: { portal: BUILT_PORTAL } });
  });
  const path = '/training';

  rig.seen(
    'what is signed at the desk is done here, and what leaves no trace the learner ticks',
    async ({ page }) => {
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
    },
    { path },
  );

  for (const [viewport, locale] of [
    [PHONE, 'es-ES'],
    [DESK, 'en-GB'],
  ] as const) {
    rig.seen(
      `at ${viewport.width} px, in ${locale}, light and dark: nothing too wide, and axe finds nothing`,
      async ({ page }) => {
        for (const officer of [undefined, 'mayor']) {
          if (officer !== undefined) await be(page, officer);
          if (officer !== undefined) await page.locator('.tasks').waitFor();
          await settled(page);
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), viewport.width);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await axe(page);
          }
        }
      },
      { path, viewport, locale },
    );
  }
});
