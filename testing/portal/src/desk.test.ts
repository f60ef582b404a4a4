/** An officer's desk in a real Chromium: what waits, one signature with a key that nobody gets, one receipt, and everybody sees it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openWindow } from './browser.ts';
import { buildPortal, newTown } from './town.ts';

const PATIENCE_MS = 180_000;
/** Runs in the page: whether a script there could read the private key out. */
const IS_EXTRACTABLE = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('tabularium');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('keys').objectStore('keys').get('me');
    asked.onsuccess = () => resolve(asked.result.key.pair.privateKey.extractable);
  };
})`;

describe('the desk in Chromium', { timeout: PATIENCE_MS }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-desk-'));
  const faults: string[] = [];
  let town: Awaited<ReturnType<typeof newTown>>;
  let browser: Browser | string;

  before(async () => {
    browser = await launchChromium();
    if (typeof browser === 'string') return;
    buildPortal();
    town = await newTown(work);
  });
  after(async () => {
    if (typeof browser !== 'string') await browser?.close();
    await town?.close();
    rmSync(work, { recursive: true, force: true });
  });

  function seen(name: string, look: (page: Page, open: () => Promise<Page>) => Promise<void>): void {
    test(name, async (t: TestContext) => {
      if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
      const { context, page } = await openWindow(browser, town.node.url, faults);
      try {
        await page.goto('/desk');
        await look(page, () => context.newPage());
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
      }
    });
  }

  seen('whoever may not sign reads why, and finds no button', async (page) => {
    await page.getByRole('button', { name: 'Cashier' }).first().click();
    await page.getByRole('heading', { name: 'Open a budget year' }).waitFor();
    await page.getByText(/entitled when it is decided|within what the charter gives that role/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sign', exact: true }).count(), 0);
  });

  seen('one signature by a key that no script can read, one receipt that holds, and the open overview shows it', async (page, open) => {
    const overview = await open();
    await overview.goto('/');
    await page.getByRole('button', { name: 'Mayor' }).click();
    const extractable = await page.evaluate(IS_EXTRACTABLE);
    assert.equal(extractable, false);
    const { size } = town.node.storage.head();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Signed and recorded.').waitFor();
    await page.getByText('Checked in your browser: the proof holds').waitFor();
    assert.ok(town.node.storage.head().size > size);
    await overview.getByRole('link', { name: 'Approved: Open a budget year' }).first().waitFor();
    // It waits for nobody any more, and somebody else may have the desk.
    await page.reload();
    await page.getByText('Nothing waits for a signature.').waitFor();
    await page.getByRole('button', { name: 'Leave this desk' }).click();
    await page.getByRole('heading', { name: 'Whose desk is this?' }).waitFor();
  });
});
