/** An officer's desk in a real Chromium: what waits, one signature with a key that nobody gets, one receipt, and everybody sees it. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Page } from 'playwright-core';
import { townRig } from './rig.ts';

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
  const rig = townRig();

  const seen = (name: string, look: (page: Page, open: () => Promise<Page>) => Promise<void>): void =>
    rig.seen(name, ({ page, context }) => look(page, () => context.newPage()), { path: '/desk' });

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
    const { size } = rig.town.node.storage.head();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Signed and recorded.').waitFor();
    await page.getByText('Checked in your browser: the proof holds').waitFor();
    assert.ok(rig.town.node.storage.head().size > size);
    await overview.getByRole('link', { name: 'Approved: Open a budget year' }).first().waitFor();
    // It waits for nobody any more, and somebody else may have the desk.
    await page.reload();
    await page.getByText('Nothing waits for a signature.').waitFor();
    await page.getByRole('button', { name: 'Leave this desk' }).click();
    await page.getByRole('heading', { name: 'Whose desk is this?' }).waitFor();
  });
});
