/**
 * A payment from a form to everybody's screen, in a real Chromium: an accountant orders it and is told beforehand what the rules refuse, the
 * authorising officer approves it, the open overview shows it, its receipt verifies and a changed one does not. By mouse, by keyboard alone,
 * and in Spanish on a phone.
 */
import assert from 'node:assert/strict';
import { describe, type TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { axe, PHONE } from './browser.ts';
import { type SeenOptions, townRig, type Window } from './rig.ts';

const PATIENCE_MS = 240_000;
/** More stops than any page's links and buttons. */
const TABS_MAX = 90;

interface Words {
  readonly locale: string;
  readonly accountant: string;
  readonly authorising: string;
  readonly inbox: string;
  readonly doSomething: string;
  readonly order: string;
  readonly payable: RegExp;
  readonly amount: string;
  readonly refused: RegExp;
  readonly basis: RegExp;
  readonly allowed: string;
  readonly sign: string;
  readonly signAll: RegExp;
  readonly holds: RegExp;
  readonly approve: string;
  readonly leave: string;
  readonly receipt: string;
  readonly check: string;
  readonly fails: string;
}

const ENGLISH: Words = {
  ...{
    locale: 'en-GB',
    accountant: 'Accountant',
    authorising: 'Authorising officer',
    inbox: 'Inbox',
    doSomething: 'Do something',
    order: 'Order payments',
  },
  ...{ payable: /^Payable/, amount: 'Money', refused: /^Refused: you ask for .+ is left\.$/, basis: /^Legal basis: .+/ },
  ...{ allowed: 'The rules allow this.', sign: 'Sign', signAll: /^Sign (it|all \d+)$/, holds: /^Checked in your browser: the proof holds/ },
  ...{
    approve: 'Approve payments',
    leave: 'Leave this desk',
    receipt: 'The receipt',
    check: 'Check it',
    fails: 'This proof does not hold',
  },
};
const SPANISH: Words = {
  ...{
    locale: 'es-ES',
    accountant: 'Contabilidad',
    authorising: 'Ordenador de pagos',
    inbox: 'Bandeja de entrada',
    doSomething: 'Hacer algo',
    order: 'Ordenar pagos',
  },
  ...{ payable: /^Deuda/, amount: 'Importe', refused: /^Rechazado: usted pide .+; quedan .+\.$/, basis: /^Base legal: .+/ },
  ...{ allowed: 'Las reglas lo permiten.', sign: 'Firmar', signAll: /^Firmar(lo| los \d+)$/, holds: /^Comprobado en su navegador/ },
  ...{
    approve: 'Aprobar pagos',
    leave: 'Dejar este escritorio',
    receipt: 'El recibo',
    check: 'Comprobar',
    fails: 'Esta prueba no se sostiene',
  },
};

/** How somebody goes through pages. */
interface Hand {
  press(target: Locator): Promise<void>;
  type(target: Locator, text: string): Promise<void>;
}

const mouse: Hand = { press: (target) => target.click(), type: (target, text) => target.fill(text) };

const keyboard = (page: Page): Hand => ({
  async press(target) {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  },
  async type(target, text) {
    await tabTo(page, target);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text);
  },
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let n = 0; n < TABS_MAX; n++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('no way by keyboard');
}

describe('a payment in Chromium', { timeout: PATIENCE_MS }, () => {
  const rig = townRig();

  function paid(name: string, words: Words, handOf: (page: Page) => Hand, options: SeenOptions = {}): void {
    const play = async ({ page, context, t }: Window): Promise<void> => {
      const overview = await context.newPage();
      await overview.goto('/');
      await page.bringToFront();
      await pay(page, overview, handOf(page), words, t);
    };
    rig.seen(name, play, { path: 'about:blank', locale: words.locale, ...options });
  }

  async function pay(page: Page, overview: Page, hand: Hand, words: Words, t: TestContext): Promise<void> {
    await page.goto('/desk');
    await hand.press(page.getByRole('button', { name: words.accountant }).first());
    await hand.press(page.getByRole('link', { name: words.doSomething }));
    await hand.press(page.getByRole('link', { name: words.order }));
    const payable = page.getByRole('combobox', { name: words.payable });
    await tabTo(page, payable);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option').nth(1).waitFor();
    await page.keyboard.press('Enter');
    const amount = page.getByRole('textbox', { name: words.amount, exact: true });
    const owed = await amount.inputValue();
    assert.match(owed, /^\d+[.,]\d\d$/);
    await page.getByText(words.allowed).waitFor();
    // One euro too much is refused in one sentence, with its basis, and nothing is sent.
    await hand.type(
      amount,
      owed.replace(/^\d+/, (whole) => String(BigInt(whole) + 1n)),
    );
    await page.getByText(words.refused).first().waitFor();
    await page.getByText(words.basis).waitFor();
    const { size } = rig.town.node.storage.head();
    await hand.press(page.getByRole('button', { name: words.sign, exact: true }));
    await axe(page);
    assert.equal(rig.town.node.storage.head().size, size);
    await hand.type(amount, owed);
    await page.getByText(words.allowed).waitFor();
    await axe(page);
    await hand.press(page.getByRole('button', { name: words.sign, exact: true }));
    await page.getByText(words.holds).waitFor();

    await hand.press(page.getByRole('button', { name: words.leave }));
    await hand.press(page.getByRole('button', { name: words.authorising }).first());
    await hand.press(page.getByRole('link', { name: new RegExp(`^${words.inbox}`) }));
    await hand.press(page.getByRole('link', { name: words.approve }));
    const signAll = page.getByRole('button', { name: words.signAll });
    await signAll.and(page.locator(':enabled')).waitFor();
    await axe(page);
    const sent = page.waitForRequest((request) => request.method() === 'POST').then(() => performance.now());
    await hand.press(signAll);
    await overview.locator('.entries li:first-child').getByRole('link', { name: words.approve }).waitFor();
    t.diagnostic(`signed and sent, and on the open overview after ${Math.round(performance.now() - (await sent))} ms`);
    await page.getByText(words.holds).waitFor();

    const href = await overview.locator('.entries li:first-child a').first().getAttribute('href');
    const story = (await (await fetch(`${rig.town.node.url}/api/v1/stories/${href!.split('/').at(-1)}`)).json()) as {
      readonly name: string;
    };
    const receipt = await (await fetch(`${rig.town.node.url}/api/v1/receipts/${story.name}`)).text();
    await page.goto('/verify');
    const box = page.getByRole('textbox', { name: words.receipt });
    const check = page.getByRole('button', { name: words.check });
    await box.fill(receipt);
    await hand.press(check);
    await page.getByText(words.holds).waitFor();
    const at = Math.floor(receipt.indexOf('\n', receipt.indexOf('\n') + 1) / 2);
    await box.fill(receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1));
    await hand.press(check);
    await page.getByText(words.fails).waitFor();
    assert.ok((await page.getByRole('alert').locator('p').first().innerText()).length > 10);
  }

  paid('by mouse', ENGLISH, () => mouse);
  paid('by keyboard alone', ENGLISH, keyboard);
  paid('in Spanish, on a phone', SPANISH, () => mouse, { viewport: PHONE });
});
