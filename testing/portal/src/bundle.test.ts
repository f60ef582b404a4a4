/**
 * Four hundred payments with one gesture, by a deputy, in a real Chromium: an officer who goes on holiday names who acts meanwhile; the deputy
 * sees count, total, what a court has stopped and the ten largest, signs once, and has one receipt.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { signAs } from '@tabularium/demo';
import type { JsonObject } from '@tabularium/protocol';
import type { Page } from 'playwright-core';
import { axe, be } from './browser.ts';
import { townRig } from './rig.ts';

const PATIENCE_MS = 240_000;
const PAYMENTS = 401;
/** A payable has at most a hundred payments. */
const OF_ONE = 81;

describe('a bundle in Chromium', { timeout: PATIENCE_MS }, () => {
  // An answer that is lost on its way is complained of.
  const rig = townRig({ expected: /\/api\/v1\/transactions|ERR_FAILED/ });

  async function sent(officer: string, action: string, body: JsonObject): Promise<string> {
    const transaction = signAs(rig.town.place, officer, { ledger: rig.town.node.origin, action, body });
    const response = await fetch(`${rig.town.node.url}/api/v1/transactions`, {
      ...{ method: 'POST', headers: { 'content-type': 'text/plain' }, body: transaction },
    });
    const answer = (await response.json()) as { readonly name: string };
    assert.equal(response.status, 201, JSON.stringify(answer));
    return answer.name;
  }

  const list = async (query: string): Promise<readonly { readonly id: string; readonly amount: string; readonly currency: string }[]> =>
    ((await (await fetch(`${rig.town.node.url}/api/v1/treasury/${query}`)).json()) as { readonly rows: [] }).rows;

  /** Orders them in small parts of what is owed, and has a court stop one. */
  async function order(): Promise<void> {
    const already = (await list('payments?state=ordered&limit=200')).length;
    const payables = (await list('payables?state=open&ordered_to=0&paid_to=0&limit=50&amount_from=10000')).slice(0, 6);
    for (let left = PAYMENTS - already, n = 0; left > 0; left -= OF_ONE, n++) {
      const { id, currency } = payables[n]!;
      const item = (m: number) => ({ payable: id, money: { amount: String(m + 1), currency } });
      await sent('accounts-1', 'treasury.payment.order', { items: Array.from({ length: Math.min(OF_ONE, left) }, (_, m) => item(m)) });
    }
    const [stopped] = await list('payments?state=ordered&limit=1');
    const body = { key: `treasury/payment/${stopped!.id}`, verb: 'suspend', case: 'C-2026-1', document: '0'.repeat(64) };
    const proposal = await sent('court-1', 'kernel.propose', { action: 'kernel.order.execute', body });
    await sent('court-2', 'kernel.approve', { proposal });
  }

  rig.seen(
    'a deputy signs four hundred payments with one gesture, and not the one that a court stopped',
    async ({ page }) => {
      await order();
      await be(page, 'finance-1');
      await nameDeputy(page);
      await page.getByRole('button', { name: 'Leave this desk' }).click();
      await be(page, 'mayor-1');
      await page.getByRole('link', { name: /^Inbox/ }).click();
      await page.getByRole('link', { name: 'Approve payments' }).click();
      const sign = page.getByRole('button', { name: 'Sign all 400', exact: true });
      await sign.waitFor();
      await page.getByRole('heading', { name: 'Left out' }).waitFor();
      await page
        .getByText('What a court has suspended')
        .or(page.getByText(/suspended/i))
        .first()
        .waitFor();
      assert.equal(await page.locator('section:has(> h2:text("The largest")) tbody tr').count(), 10);
      await axe(page);
      const { size } = rig.town.node.storage.head();
      await sign.click();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
      assert.equal(rig.town.node.storage.head().size, size + 2, 'one record and its stamp');
      await page.getByRole('link', { name: 'See it in the record' }).click();
      await page.getByRole('heading', { level: 1, name: 'Approve payments' }).waitFor();
      await page.getByText('Authorising officer, Finance').first().waitFor();
      assert.equal((await list('payments?state=ordered&limit=5')).length, 1);
    },
    { path: '/desk/roles' },
  );

  async function nameDeputy(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Name a deputy' }).click();
    await pick(page, 'Given to', 'mayor-1');
    await pick(page, 'Office', 'Authorising');
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);
    await page.getByLabel('Until').fill(tomorrow);
    await page.getByText('The rules allow this.').waitFor();
    await axe(page);
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Checked in your browser: the proof holds').waitFor();
    await page.getByRole('link', { name: 'Roles and deputies' }).click();
    await page.getByText('mayor-1 may act for you as Authorising officer').waitFor();
  }

  rig.seen(
    'an answer that is lost on the way is asked for again: signed twice, recorded once',
    async ({ page }) => {
      await be(page, 'works-1');
      await pick(page, 'Given to', 'works-2');
      await pick(page, 'Office', 'Spending');
      await page.getByLabel('Until').fill(new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16));
      await page.getByText('The rules allow this.').waitFor();
      const { size } = rig.town.node.storage.head();
      let sends = 0;
      await page.route('**/api/v1/transactions', async (route) => {
        if (sends++ === 0) await route.fetch();
        await route.abort();
      });
      const sign = page.getByRole('button', { name: 'Sign', exact: true });
      await sign.click();
      await page.getByText('The office is busy.').waitFor();
      assert.ok(sends > 1);
      await page.unroute('**/api/v1/transactions');
      await sign.and(page.locator(':enabled')).click();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
      assert.equal(rig.town.node.storage.head().size, size + 2, 'one record and its stamp');
    },
    { path: '/desk/do/kernel/form-mandate-give?kind=deputy' },
  );

  rig.seen(
    'the last in a role cannot leave it empty, and reads why',
    async ({ page }) => {
      await be(page, 'mayor-1');
      await page.getByRole('link', { name: 'Leave the office' }).click();
      await page.getByText('Nobody would be left to fill this role.').waitFor();
      const { size } = rig.town.node.storage.head();
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      assert.equal(rig.town.node.storage.head().size, size);
    },
    { path: '/desk/roles' },
  );
});

async function pick(page: Page, label: string, sought: string): Promise<void> {
  const box = page.getByRole('combobox', { name: label });
  await box.fill(sought);
  await page.getByRole('option').filter({ hasText: sought }).first().waitFor();
  await box.press('Enter');
}
