/**
 * The portal as people meet it, in a real Chromium on one demo town: a citizen's way to a payment and its proof, by mouse, by keyboard and
 * in Spanish; a proof that was tampered with; what is new, by itself; no scripts, a phone, a screen reader's rules, and nobody else asked.
 */
import assert from 'node:assert/strict';
import { before, describe, type TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { signAs } from '@tabularium/demo';
import type { Locator, Page, Response } from 'playwright-core';
import { DESK, openWindow, PHONE, settled } from './browser.ts';
import { type Place, places } from './places.ts';
import { type SeenOptions, townRig } from './rig.ts';

const PATIENCE_MS = 600_000;
const SCRIPT_BYTES_MAX = 200_000;
/** More stops than any page's links and buttons: a way by keyboard that is longer is no way. */
const TABS_MAX = 80;
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const CHECKED = /^Checked in your browser/;

describe('the portal in Chromium', { timeout: PATIENCE_MS }, () => {
  // An address at which nothing stands is answered so, and browsers say it.
  const rig = townRig({ expected: /\/entries\/999999999: Failed to load resource: the server responded with a status of 404/ });
  let pages: readonly Place[];

  before(async () => {
    if (rig.isUp) pages = await places(rig.url);
  });

  const seen = (name: string, look: (page: Page, t: TestContext) => Promise<void>, options: SeenOptions = {}): void =>
    rig.seen(name, ({ page, t }) => look(page, t), options);

  const place = (name: string): string => pages.find((one) => one.name === name)!.path;

  describe('in windows of their own', { concurrency: 2 }, () => {
    seen('a citizen is at a payment three clicks from home, and the browser has checked that the record holds it', async (page) => {
      for (const step of wayToPayment(page)) await step.click();
      await page.getByText(CHECKED).waitFor();
      assert.match(page.url(), /\/lists\/treasury\/payments\/[0-9a-f]{32}$/);
      await page.goto(place('entry'));
      // What exactly the proof proves opens below its one line.
      await page.getByText('Checked in your browser: the proof holds').click();
      await page.getByText('Seen by Court of audit (a witness outside this office)').waitFor();
    });

    seen('the same by keyboard alone', async (page) => {
      await settled(page);
      await page.keyboard.press('Tab');
      assert.equal(await page.locator(':focus').innerText(), 'Skip to the content');
      for (const step of wayToPayment(page)) {
        await step.waitFor();
        await tabTo(page, step);
        await page.keyboard.press('Enter');
      }
      await page.getByText(CHECKED).waitFor();
      const heading = page.getByRole('heading', { level: 1 });
      assert.match(await page.title(), new RegExp(`^${await heading.innerText()} · Vellmere`));
      assert.equal(await page.evaluate('document.activeElement?.id'), 'content', 'a new page begins at its content');
    });

    seen('the same in Spanish, which the browser remembers', async (page) => {
      await page.getByRole('button', { name: 'Español' }).click();
      await page.getByRole('heading', { name: 'El registro público de Vellmere' }).waitFor();
      await page.reload();
      for (const step of wayToPayment(page, 'Listas')) await step.click();
      await page.getByText(/^Comprobado en su navegador/).waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    });

    seen(
      'a receipt that somebody pastes holds; with one character changed it is refused, and the reason said',
      async (page) => {
        const story = await fetchJson<{ readonly name: string }>(`${rig.url}/api/v1/stories/${place('entry').split('/').at(-1)}`);
        const receipt = await (await fetch(`${rig.url}/api/v1/receipts/${story.name}`)).text();
        await settled(page);
        const check = async (text: string): Promise<void> => {
          await page.getByRole('textbox', { name: 'The receipt' }).fill(text);
          await page.getByRole('button', { name: 'Check it' }).click();
        };
        await check(receipt);
        await page.getByText('Checked in your browser: the proof holds').waitFor();
        const at = Math.floor(receipt.indexOf('\n', receipt.indexOf('\n') + 1) / 2);
        await check(receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1));
        const alert = page.getByRole('alert');
        await alert.getByText('This proof does not hold').waitFor();
        assert.ok((await alert.locator('p').first().innerText()).length > 10);
        assert.equal(await page.getByText('the proof holds').count(), 0);
      },
      { path: '/verify' },
    );

    seen(
      'the receipt that an address names holds at once; one character changed is told where it fails, and put back it holds again',
      async (page) => {
        await page.goto(`/verify?entry=${place('entry').split('/').at(-1)}`);
        await page.getByText('Checked in your browser: the proof holds').waitFor();
        await page.getByRole('button', { name: 'Change one character' }).click();
        const alert = page.getByRole('alert');
        await alert.getByText('This proof does not hold').waitFor();
        await alert.getByText(/^Character \d+ was “.” and is now “.”/).waitFor();
        assert.equal(await alert.getByText('not reached').count(), 1);
        await alert.getByRole('button', { name: 'Put it back' }).click();
        await page.getByText('Checked in your browser: the proof holds').waitFor();
        assert.equal(await alert.count(), 0);
        await page.getByRole('textbox', { name: 'The receipt' }).fill('another');
        assert.equal(await page.getByRole('button', { name: 'Change one character' }).count(), 0, 'what was checked is no longer there');
      },
    );

    seen(
      'a list is narrowed by what stands in its columns, by keyboard, and what it is narrowed to is taken away again',
      async (page) => {
        await settled(page);
        await tabTo(page, page.locator('summary', { hasText: 'Filter' }));
        await page.keyboard.press('Enter');
        const state = page.getByRole('combobox', { name: 'State' });
        await state.selectOption('paid');
        await page.getByLabel('Amount from').fill('one');
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        await page.getByText('This is no amount of that currency.').waitFor();
        assert.equal(new URL(page.url()).search, '', 'nothing is asked before it can be');
        await page.getByLabel('Amount from').fill('1,000.50');
        await page.getByLabel('Amount up to').fill('5000');
        await page.getByLabel('Ordered at from').fill('2025-01-01');
        await tabTo(page, page.getByRole('button', { name: 'Show', exact: true }));
        await page.keyboard.press('Enter');
        await page.waitForURL(/amount_from=100050&amount_to=500000/);
        const amounts = page.locator('tbody td[data-label="Amount"]');
        await amounts.first().waitFor();
        for (const text of await amounts.allInnerTexts()) {
          const amount = Number(text.replaceAll(/[^0-9.]/g, ''));
          assert.ok(amount >= 1_000.5 && amount <= 5_000, text);
        }
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(violations, []);
        await page.getByRole('button', { name: /^Amount from €1,000.50/ }).click();
        await page.waitForURL((at) => !at.search.includes('amount_from') && at.search.includes('amount_to=500000'));
      },
      { path: '/lists/treasury/payments' },
    );

    seen(
      'on a phone, where a table has no heads, a list is sorted by a choice',
      async (page) => {
        await settled(page);
        await page.getByLabel('En qué orden').selectOption('-amount');
        await page.waitForURL(/order=-amount/);
        const amounts = page.locator('tbody td[data-label="Importe"]');
        await amounts.nth(1).waitFor();
        const [first, second] = (await amounts.allInnerTexts()).map((text) => Number(text.replaceAll(/[^0-9]/g, '')));
        assert.ok(first! >= second!);
        await page.setViewportSize(DESK);
        assert.equal(await page.getByLabel('En qué orden').isVisible(), false, 'a wide table is sorted by its heads');
      },
      { path: '/lists/treasury/payments', viewport: PHONE, locale: 'es-ES' },
    );

    seen('what is recorded while the page is open appears on it by itself', async (page) => {
      await settled(page);
      const newest = page.locator('.entries li a').first();
      const earlier = await newest.getAttribute('href');
      const limits = { maxExpirySeconds: 80_000, maxLagMs: 2_000, proposalDays: 14 };
      const body = { action: 'kernel.charter.amend', body: { limits } };
      const transaction = signAs(rig.town.place, 'mayor-1', { ledger: rig.town.node.origin, action: 'kernel.propose', body });
      const answer = await fetch(`${rig.url}/api/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: transaction,
      });
      assert.equal(answer.status, 201);
      const { index } = (await answer.json()) as { readonly index: number };
      assert.notEqual(earlier, `/entries/${index}`);
      await page.locator(`.entries li:first-child a[href="/entries/${index}"]`).waitFor();
    });

    seen(
      'without scripts, the overview, the list of records and a record are there to read',
      async (page) => {
        await page.getByRole('heading', { level: 1, name: 'The public record of Vellmere' }).waitFor();
        await page.getByRole('heading', { name: /^Where the money goes/ }).waitFor();
        await page.goto('/entries');
        await page.getByRole('link', { name: 'Release payments' }).first().waitFor();
        await page.goto(place('entry'));
        await page.getByRole('heading', { level: 1, name: 'Order payments' }).waitFor();
        await page
          .getByRole('link', { name: /proof|receipt/i })
          .first()
          .waitFor();
        await page.goto('/verify');
        await page.getByRole('heading', { name: 'This page needs scripts' }).waitFor();
      },
      { javaScriptEnabled: false },
    );

    seen(
      'the first page comes with a strict policy and loads no more than 200,000 bytes of script',
      async (page, t) => {
        const scripts: Response[] = [];
        page.on('response', (response) => {
          if (response.request().resourceType() === 'script') scripts.push(response);
        });
        const answer = await page.goto(rig.url);
        assert.match(answer?.headers()['content-security-policy'] ?? '', /^default-src 'none'; script-src 'self';/);
        await settled(page);
        const sizes = await Promise.all(scripts.map(async (response) => (await response.request().sizes()).responseBodySize));
        const sum = sizes.reduce((all, one) => all + one, 0);
        t.diagnostic(`${sum.toLocaleString('en')} bytes of script in ${sizes.length} files`);
        assert.ok(sum > 0 && sum <= SCRIPT_BYTES_MAX, `${sum} bytes of script`);
      },
      { path: 'about:blank' },
    );

    rig.test('a script that is written into a page does not run', async (_t, browser) => {
      const complaints: string[] = [];
      const { context, page } = await openWindow(browser, rig.url, complaints);
      await page.goto('/');
      await settled(page);
      await page.evaluate(
        `const script = document.createElement('script'); script.textContent = 'globalThis.ran = true'; document.body.append(script)`,
      );
      assert.equal(await page.evaluate('globalThis.ran'), undefined);
      assert.match(complaints.join(), /violates the following Content Security Policy directive/);
      await context.close();
    });

    for (const viewport of [DESK, PHONE]) {
      const title = `every page at ${viewport.width} px, in light and dark: nothing is wider than the screen, and axe finds nothing`;
      seen(
        title,
        async (page) => {
          const found: string[] = [];
          for (const { name, path, press } of pages) {
            await page.goto(path);
            await settled(page);
            if (press !== undefined) await page.getByRole('button', { name: press }).click();
            const width = await page.evaluate('document.documentElement.scrollWidth');
            if (width !== viewport.width) found.push(`${name} is ${width} px wide`);
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme });
              // Pages have no frames, so that one pass in the page itself is all there is to do; and the dark differ by their colours alone.
              const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
              const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(COLOUR_RULES)).analyze();
              for (const { id, nodes } of violations)
                found.push(`${name}, ${colorScheme}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
            }
          }
          assert.deepEqual(found, []);
        },
        // A telephone lays a page out in its own way: fields of files are wider, and what is too wide widens all.
        viewport === PHONE ? { viewport, isMobile: true, hasTouch: true } : { viewport },
      );
    }
  });
});

/** What a citizen follows from the home page to the newest payment. */
function wayToPayment(page: Page, lists = 'Lists'): readonly Locator[] {
  return [
    page.getByRole('navigation').getByRole('link', { name: lists }),
    page.locator('main a[href="/lists/treasury/payments"]'),
    page.locator('main tbody a').first(),
  ];
}

/** Press Tab until the focus is there, and is to be seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    await page.keyboard.press('Tab');
    if ((await target.and(page.locator(':focus-visible')).count()) === 0) continue;
    assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none', 'the focus is to be seen');
    return;
  }
  assert.fail(`not reached by keyboard: ${target}`);
}

async function fetchJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return (await response.json()) as T;
}
