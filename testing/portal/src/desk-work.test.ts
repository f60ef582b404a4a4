/**
 * An officer's day at the desk in a real Chromium: a button that stays under the pointer, what is signed letter for letter, a record put right
 * by two people, and many payments from a file with one gesture.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe } from 'node:test';
import { signAs } from '@tabularium/demo';
import type { JsonObject } from '@tabularium/protocol';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { axe, PHONE } from './browser.ts';
import { type SeenOptions, townRig } from './rig.ts';

const PATIENCE_MS = 300_000;
const CHECK = '**/api/v1/check';
const HOLDS = /^Checked in your browser: the proof holds/;
/** More stops than any page's links and buttons. */
const TABS_MAX = 90;

describe('an officer’s day in Chromium', { timeout: PATIENCE_MS }, () => {
  const rig = townRig();

  const seen = (name: string, look: (page: Page) => Promise<void>, options: SeenOptions = {}): void =>
    rig.seen(name, ({ page }) => look(page), { path: 'about:blank', ...options });

  async function sent(officer: string, action: string, body: JsonObject): Promise<string> {
    const transaction = signAs(rig.town.place, officer, { ledger: rig.town.node.origin, action, body });
    const response = await fetch(`${rig.town.node.url}/api/v1/transactions`, {
      ...{ method: 'POST', headers: { 'content-type': 'text/plain' }, body: transaction },
    });
    const answer = (await response.json()) as { readonly name: string };
    assert.equal(response.status, 201, JSON.stringify(answer));
    return answer.name;
  }

  type Row = Readonly<Record<string, string>>;
  const list = async (query: string): Promise<readonly Row[]> =>
    ((await (await fetch(`${rig.town.node.url}/api/v1/treasury/${query}`)).json()) as { readonly rows: readonly Row[] }).rows;

  seen('what appears while somebody presses Sign does not move the button, on a phone too', async (page) => {
    for (const viewport of [{ width: 1200, height: 600 }, PHONE]) {
      await page.setViewportSize(viewport);
      await page.goto('/desk/do/treasury/form-payment-order');
      if (viewport !== PHONE) await become(page, 'accounts-1');
      const payable = page.getByRole('combobox', { name: /^Payable/ });
      await payable.press('ArrowDown');
      await page.getByRole('option').nth(1).waitFor();
      const answer = held(page);
      await payable.press('Enter');
      const sign = page.getByRole('button', { name: 'Sign', exact: true });
      await sign.hover();
      await page.mouse.down();
      await answer.asked;
      answer.release();
      await page.locator('.changes', { hasText: 'What this will change' }).waitFor();
      await page.mouse.up();
      await page.getByText(HOLDS).waitFor();
      await page.unroute(CHECK);
    }
  });

  seen('cards of the inbox come whole, and one that was signed keeps its place', async (page) => {
    const years = [2071, 2072].map((year) => ({ year: String(year), from: `${year}-01-01`, to: `${year}-12-31` }));
    for (const body of years) await sent('accounts-1', 'kernel.propose', { action: 'treasury.year.open', body });
    await page.goto('/desk/do');
    await become(page, 'mayor-1');
    const answer = held(page, 1);
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await answer.asked;
    const signs = page.getByRole('button', { name: 'Sign', exact: true });
    assert.equal(await signs.count(), 0, 'nothing before everything');
    answer.release();
    await page.locator('.changes', { hasText: 'What this will change' }).nth(1).waitFor();
    const count = await signs.count();
    const [first, second] = [page.locator('.waits > *').nth(0), page.locator('.waits > *').nth(1)];
    const title = await first
      .getByText(/^20\d\d$/)
      .first()
      .innerText();
    await first.getByRole('button', { name: 'Sign', exact: true }).click();
    await first.getByText(HOLDS).waitFor();
    await first.getByText(/^You signed exactly this\./).waitFor();
    await first.getByText('Proposed by Accountant, Accounts. Decided: 2 of 2 signatures.').waitFor();
    assert.match((await first.getByRole('link', { name: 'See it in the record' }).getAttribute('href')) ?? '', /^\/entries\/\d+$/);
    assert.equal(await first.getByText(title, { exact: true }).first().isVisible(), true, 'no other card takes its place');
    assert.equal(await signs.count(), count - 1);
    await second.getByRole('button', { name: 'Sign', exact: true }).click();
    await second.getByText(HOLDS).waitFor();
    await axe(page);
  });

  seen('what no rule forbids and whoever signs should know stands above the button', async (page) => {
    const { modules } = (await (await fetch(`${rig.town.node.url}/api/v1/charter`)).json()) as {
      readonly modules: Record<string, JsonObject[]>;
    };
    const later = { ...modules, treasury: [...modules.treasury!, { version: 7, from: 5_000_000 }] };
    const proposal = await sent('council-1', 'kernel.propose', { action: 'kernel.charter.amend', body: { modules: later } });
    await page.goto('/desk');
    await become(page, 'mayor-1');
    const card = page.locator('.waits > *').filter({ has: page.locator(`a[href="/entries/${proposal}"]`) });
    await card.getByRole('heading', { name: 'Know before you sign' }).waitFor();
    await card
      .getByText(/lacks version 7 of module treasury/)
      .first()
      .waitFor();
    await card.getByRole('button', { name: 'Sign', exact: true }).waitFor();
    await axe(page);
  });

  seen('a member of what is signed stands there letter for letter; a code from a list is put in words', async (page) => {
    const [commitment] = await list('commitments?limit=1&state=posted');
    const key = `treasury/commitment/${commitment!.id}`;
    await sent('accounts-1', 'kernel.propose', {
      ...{ action: 'kernel.correct', body: { key, reason: 'typing-error', change: { reference: 'C-0000-1' } } },
    });
    const until = Date.now() + 86_400_000 * 30;
    await sent('council-1', 'kernel.propose', {
      action: 'kernel.role.grant',
      body: { officer: 'works-1', role: 'cashier', office: 'cash', until },
    });
    await page.goto('/desk');
    await become(page, 'council-1');
    await page.getByText('C-0000-1').first().waitFor();
    for (const whole of await page.getByText('Word for word, as it is signed').all())
      if (!(await whole.evaluate((one) => one.parentElement?.hasAttribute('open')))) await whole.click();
    await page.getByText(key, { exact: true }).waitFor();
    await page.getByText('Typing error', { exact: true }).first().waitFor();
    await page.locator('bdi').getByText('cashier', { exact: true }).waitFor();
    await page.locator('bdi').getByText('works-1', { exact: true }).waitFor();
    assert.equal(await page.locator('dd').getByText('Cashier', { exact: true }).count(), 0);
  });

  seen('a record is put right from its own page: old beside new, two people, both versions stay', async (page) => {
    const [commitment] = (await list('commitments?limit=20&state=posted')).slice(-1);
    const { id, reference } = commitment!;
    await page.goto('/desk');
    await become(page, 'cash-1');
    await page.goto(`/record/treasury/commitment/${id}`);
    await page
      .getByText(/^Checked in your browser/)
      .first()
      .waitFor();
    assert.equal(await page.getByRole('link', { name: 'Correct this record' }).count(), 0, 'not for a cashier');
    await page.goto('/desk');
    await page.getByRole('button', { name: 'Leave this desk' }).click();
    await become(page, 'accounts-1');
    await page.goto(`/record/treasury/commitment/${id}`);
    await press(page, page.getByRole('link', { name: 'Correct this record' }));
    const field = page.getByRole('textbox', { name: 'Contract or decision' });
    assert.equal(await field.inputValue(), reference);
    await page.getByText('Nothing is changed yet.').waitFor();
    await axe(page);
    const { size } = rig.town.node.storage.head();
    const sign = page.getByRole('button', { name: 'Sign and propose' });
    await field.fill('');
    await sign.click();
    await page.getByText('Fill this in.').first().waitFor();
    assert.equal(rig.town.node.storage.head().size, size);
    await field.fill('C-2099-7');
    const change = page.locator('.changes', { hasText: 'What this will change' });
    assert.equal(await change.locator('del').innerText(), reference);
    assert.equal(await change.locator('ins').innerText(), 'C-2099-7');
    await page.getByLabel('Reason').selectOption('typing-error');
    // The rules have their say before anybody signs: what was checked is not raised.
    const amount = page.getByRole('textbox', { name: 'Money', exact: true });
    const stood = await amount.inputValue();
    await amount.fill(`9${stood}`);
    await page
      .getByText(/does not raise an amount|cannot raise an amount/)
      .first()
      .waitFor();
    await amount.fill(stood);
    await page.getByText('The rules allow this.').waitFor();
    await axe(page);
    await press(page, sign);
    await page.getByText(HOLDS).waitFor();
    await page.goto('/desk');
    await page.getByRole('button', { name: 'Leave this desk' }).click();
    await become(page, 'council-1');
    const card = page.locator('.waits > *').filter({ hasText: 'C-2099-7' });
    await card.getByRole('button', { name: 'Sign', exact: true }).click();
    await card.getByText(HOLDS).waitFor();
    await page.goto(`/record/treasury/commitment/${id}`);
    await page.getByText('C-2099-7').first().waitFor();
    await page.getByText(String(reference)).first().waitFor();
  });

  seen(
    'a court’s order is carried out from the record’s page: the decision stays on the device, its digest is signed by two',
    async (page) => {
      const [payment] = await list('payments?limit=1&state=paid');
      const path = `/record/treasury/payment/${payment!.id}`;
      await page.goto('/desk');
      await become(page, 'court-1');
      await page.goto(path);
      await page.getByRole('link', { name: 'Execute an order' }).click();
      await page.getByLabel('Order', { exact: true }).selectOption('annul');
      await page.getByRole('textbox', { name: /^Case/ }).fill('C-2026-7');
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'decision.pdf', mimeType: 'application/pdf', buffer: Buffer.from('decided') });
      await page.getByText('The rules allow this.').waitFor();
      await axe(page);
      await page.getByRole('button', { name: 'Sign and propose' }).click();
      await page.getByText(HOLDS).waitFor();
      await page.goto('/desk');
      await page.getByRole('button', { name: 'Leave this desk' }).click();
      await become(page, 'court-2');
      const card = page.locator('.waits > *').filter({ hasText: 'C-2026-7' });
      await card.getByText(createHash('sha256').update('decided').digest('hex'), { exact: true }).first().waitFor();
      await card.getByTitle('annul', { exact: true }).waitFor();
      await card.getByRole('button', { name: 'Sign', exact: true }).click();
      await card.getByText(HOLDS).waitFor();
      await page.goto(path);
      await page.getByText('C-2026-7').first().waitFor();
    },
  );

  seen('the record to be put right is found from the desk; one of a kind that is not corrected says so', async (page) => {
    await page.goto('/desk/do');
    await become(page, 'accounts-1');
    await page.getByRole('link', { name: 'Do something' }).click();
    await page.getByRole('link', { name: 'Correct a record' }).click();
    const [commitment] = await list('commitments?limit=1&state=posted');
    const box = page.getByRole('combobox', { name: 'Which record?' });
    await box.fill(String(commitment!.id));
    await page.getByRole('option').first().waitFor();
    await axe(page);
    await page.getByRole('option').first().click();
    await page.getByRole('textbox', { name: 'Contract or decision' }).waitFor();
    await page.goto('/desk/correct/treasury/account/2026.GEN.EUR.B');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.goto('/desk/correct/kernel/officer/mayor-1');
    await page.getByText('Records of this kind are not corrected.').waitFor();
    await page.goto('/desk/correct/treasury/commitment/nothing');
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^Sign/ }).count(), 0);
  });

  const fileTest = (name: string, words: FileWords, options: BrowserContextOptions = {}) =>
    seen(
      name,
      async (page) => {
        const open = await list('payables?state=open&ordered_to=0&paid_to=0&limit=12&amount_from=1000');
        assert.ok(open.length === 12);
        const good = open.map(({ id }) => `${id},1.50`);
        const csv = ['payable,amount', ...good, `${open[0]!.id},1.234`, `${'0'.repeat(32)}.1,5`, 'a,b,c'].join('\r\n');
        await page.goto('/desk/do/treasury/form-payment-order');
        await become(page, 'accounts-1', words.inbox);
        await press(page, page.getByRole('link', { name: words.file }));
        await page.getByText('payable, amount').waitFor();
        const choose = page.locator('input[type=file]');
        await choose.setInputFiles({ name: 'wrong.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2') });
        await page.getByRole('alert').waitFor();
        await choose.setInputFiles({ name: 'run.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
        const sign = page.getByRole('button', { name: words.sign });
        await sign.and(page.locator(':enabled')).waitFor();
        const left = page.locator('.exceptions li');
        assert.equal(await left.count(), 3);
        for (const line of [14, 15, 16]) await left.filter({ hasText: `${words.line} ${line}:` }).waitFor();
        assert.match(await page.locator('.bundle-sum').innerText(), /12[\s\S]*18[.,]00[\s\S]*3/);
        assert.equal(await page.locator('section:has(> h2) > .scrolls tbody tr').count(), 10, 'the ten largest');
        await axe(page);
        const { size } = rig.town.node.storage.head();
        await press(page, sign);
        await page.getByText(words.holds).waitFor();
        assert.equal(rig.town.node.storage.head().size, size + 2, 'one record and its stamp');
        const [result] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: words.result }).click()]);
        const told = readFileSync(await result.path(), 'utf8').split('\r\n');
        assert.equal(told.length, 16);
        const receipt = await fetch(told[1]!.split(',')[3]!);
        assert.equal(receipt.status, 200);
        assert.match(told[14]!, /^15,left-out,,treasury\./);
        assert.deepEqual([told[13], told[15]], ['14,unread,,', '16,unread,,']);
        await axe(page);
      },
      { acceptDownloads: true, ...options },
    );
  fileTest('many payments from a file: what cannot be read or is refused is named by its line, the rest is signed once', {
    ...{ file: 'From a file (CSV)', sign: 'Sign all 12', line: 'Line', holds: HOLDS, inbox: /^Inbox/ },
    result: 'What became of each line (CSV)',
  });
  fileTest(
    'the same in Spanish, on a phone',
    {
      ...{ file: 'Desde un archivo (CSV)', sign: 'Firmar los 12', line: 'Línea', holds: /^Comprobado en su navegador/, inbox: /^Bandeja/ },
      result: 'Qué ha sido de cada línea (CSV)',
    },
    { locale: 'es-ES', viewport: PHONE },
  );

  seen('who may not order payments is told so, and drops no file', async (page) => {
    await page.goto('/desk/file/treasury/form-payment-order');
    await become(page, 'cash-1');
    await page.getByText('Your roles do not let you do this now.').waitFor();
    await page.goto('/desk/file/treasury/form-year-close');
    await page.getByText('This cannot be taken from a file.').waitFor();
    assert.equal(await page.locator('input[type=file]').count(), 0);
  });
});

interface FileWords {
  readonly file: string;
  readonly sign: string;
  readonly line: string;
  readonly holds: RegExp;
  readonly inbox: RegExp;
  readonly result: string;
}

/** Holds answers of the dry run back, after the first `free` of them. */
function held(page: Page, free = 0): { readonly asked: Promise<void>; readonly release: () => void } {
  const [asking, releasing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  void page.route(CHECK, async (route) => {
    if (count++ >= free) {
      asking.resolve();
      await releasing.promise;
    }
    await route.continue();
  });
  return { asked: asking.promise, release: releasing.resolve };
}

/** By keyboard alone. */
async function press(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let n = 0; n < TABS_MAX; n++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
  }
  assert.fail('no way by keyboard');
}

async function become(page: Page, officer: string, inbox = /^Inbox/): Promise<void> {
  await page.locator(`.people li:has(.sub:text-is("${officer}")) button`).click();
  await page.getByRole('link', { name: inbox }).waitFor();
}
