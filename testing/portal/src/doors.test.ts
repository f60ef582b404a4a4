/** The doors of the demo in a real Chromium: each goal in at most six clicks from the door's page, in English and Spanish, at a desk and on a phone. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { openWindow, PHONE, settled } from './browser.ts';
import { type SeenOptions, townRig, type Window } from './rig.ts';

const PATIENCE_MS = 300_000;
const CLICKS_MAX = 6;

describe('the demo’s doors in Chromium', { timeout: PATIENCE_MS }, () => {
  const rig = townRig();

  /** One goal, in a window of its own that begins at a door. */
  function goal(
    name: string,
    door: string,
    play: (page: Page, click: (on: Locator) => Promise<void>) => Promise<void>,
    options: SeenOptions = {},
  ): void {
    const counted = async ({ page }: Window): Promise<void> => {
      let clicks = 0;
      await play(page, async (on) => {
        clicks++;
        await on.click();
      });
      assert.ok(clicks <= CLICKS_MAX, `${clicks} clicks`);
    };
    rig.seen(name, counted, { ...options, path: `/start/${door}` });
  }

  const step = (page: Page, title: string): Locator => page.getByRole('link', { name: `Go: ${title}` });
  const noScroll = async (page: Page): Promise<void> =>
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'), false);

  goal('from the demo’s home, each kind of visitor finds their door', 'mayor', async (page, click) => {
    await click(page.getByRole('link', { name: 'Start here' }));
    for (const door of ['I am a mayor', 'I am an auditor', 'I am a citizen', 'I connect systems'])
      await page.locator('.start-here').getByRole('link', { name: door }).waitFor();
    await click(page.getByRole('link', { name: 'I am a citizen' }));
    await page.getByRole('heading', { level: 1, name: 'I am a citizen' }).waitFor();
  });

  goal('a mayor sees what became of the roof’s money on one page, and on one sheet', 'mayor', async (page, click) => {
    await click(step(page, 'The school roof, on one page'));
    await page.getByRole('heading', { level: 1, name: 'Linden School: new roof' }).waitFor();
    // Of a town of a few weeks there may be no contract yet, and the page says so.
    await page.locator('.report .contract a, .report > .note:not(.source)').first().waitFor();
    await page.getByText('Promised in contracts').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.locator('.guide').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('.top, .demo-line, .no-print').filter({ visible: true }).count(), 0);
    const sheets = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g);
    assert.equal(sheets?.length, 1);
  });

  goal('a mayor signs a decision, and an open page shows it', 'mayor', async (page, click) => {
    const open = await page.context().newPage();
    await open.goto('/');
    await settled(open);
    await click(step(page, 'Sign a decision'));
    await page.getByText('Not signed yet.').waitFor();
    await click(page.getByRole('button', { name: 'Sign', exact: true }).first());
    await page.locator('.guide').getByText('Done.').waitFor();
    await page.getByText('Signed and recorded.').waitFor();
    await open.getByRole('link', { name: 'Approved: Open a budget year' }).first().waitFor();
    // The guide leads on from where the visitor is.
    await page.getByRole('link', { name: 'All steps' }).waitFor();
  });

  goal('one euro above the budget is refused in a sentence with its law', 'mayor', async (page, click) => {
    await click(step(page, 'One euro above the budget'));
    const refusal = page.getByText(/^Refused: you ask for €[\d,.]+; €[\d,.]+ is left\.$/);
    await refusal.waitFor();
    await page.getByText(/^Legal basis: Model treasury rules/).waitFor();
    // Nobody scrolls, and it is done once the sentence was in view.
    await page.locator('.guide').getByText('Done.').waitFor();
    const { y, height } = (await refusal.boundingBox())!;
    assert.ok(y > 0 && y + height < (await page.locator('.guide').boundingBox())!.y, 'it stands in view');
    await page.getByText('What the rule says').click();
    await page.getByText('No account gives more than it holds').waitFor();
    await page.getByText('You now act as: Spending unit.').waitFor();
    await page.getByText('You act as: Spending unit').waitFor();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Not sent: refused, for the reason above.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sign', exact: true }).count(), 1);
  });

  goal('a typing error is put right by two, and both versions stay', 'mayor', async (page, click) => {
    await click(step(page, 'Put a typing error right'));
    await click(page.getByRole('button', { name: 'Sign', exact: true }).first());
    await page.getByText('Signed and recorded.').waitFor();
    const both = page.locator('.changes').first();
    const [before = '', after = ''] = [await both.locator('del').first().innerText(), await both.locator('ins').first().innerText()];
    const year = String(new Date().getUTCFullYear());
    assert.ok(!before.includes(year) && after.includes(year), `${before} became ${after}`);
    await page.locator('.guide').getByText('Done.').waitFor();
  });

  goal('back in the browser’s history, the guide is back at the step of that page', 'auditor', async (page, click) => {
    await click(step(page, 'Check it all yourself'));
    const guide = page.locator('.guide');
    await guide.getByText('I am an auditor, 3 of 4.').waitFor();
    await click(guide.getByRole('link', { name: 'If you like: How the record is kept whole' }));
    await guide.getByText('I am an auditor, 4 of 4.').waitFor();
    await page.goBack();
    await guide.getByText('I am an auditor, 3 of 4.').waitFor();
  });

  goal(
    'a page that is made to be printed is printed from the guide, and a step with a deed is done by nothing less',
    'mayor',
    async (page, click) => {
      // Paper comes out of no machine here.
      await page.evaluate('window.print = () => { document.title = "printed"; }');
      await click(step(page, 'The school roof, on one page'));
      const guide = page.locator('.guide');
      await click(guide.getByRole('button', { name: 'Print this page' }));
      assert.equal(await page.title(), 'printed');
      await click(guide.getByRole('link', { name: 'Next: Sign a decision' }));
      await guide.getByText('Not signed yet.').waitFor();
      await click(guide.getByRole('link', { name: 'All steps' }));
      assert.equal(await page.locator('.door-steps li[data-done="true"]').count(), 1);
    },
  );

  goal(
    'the guide makes room on a phone once somebody reads on, and closes a door with where to go next',
    'citizen',
    async (page, click) => {
      await click(step(page, 'Which street was repaired?'));
      await click(page.getByRole('link', { name: 'Next: Who was paid, and has anyone altered it?' }));
      const guide = page.locator('.guide');
      await guide.getByText('The green line says').waitFor();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
      await page.mouse.wheel(0, 400);
      await guide.getByText('The green line says').waitFor({ state: 'hidden' });
      assert.ok((await guide.boundingBox())!.height < PHONE.height / 7);
      await click(guide.getByRole('link', { name: 'Next: Change one character' }));
      await guide.getByText('Nothing changed yet.').waitFor();
      assert.equal(await guide.getByText('You have found a payment').count(), 0, 'nothing is said to be done before it is');
      await click(page.getByRole('button', { name: 'Change one character' }));
      await guide.getByText('You have found a payment').waitFor();
      await click(guide.getByRole('link', { name: 'I am an auditor' }));
      await page.getByRole('heading', { level: 1, name: 'I am an auditor' }).waitFor();
    },
    { viewport: PHONE },
  );

  goal(
    'a citizen finds a repair and its payment, and their own browser has checked it',
    'citizen',
    async (page, click) => {
      // A phone is told nothing of pointing a phone at it.
      await page.getByRole('button', { name: 'Reset the town' }).waitFor();
      assert.equal(await page.getByText('Point your phone’s camera').filter({ visible: true }).count(), 0);
      await noScroll(page);
      await click(step(page, 'Which street was repaired?'));
      await page.waitForURL(/\/search\?q=/);
      await settled(page);
      // What is found first is what the guide leads to.
      const found = await page.locator('.entries li').first().innerText();
      await click(page.getByRole('link', { name: 'Next: Who was paid, and has anyone altered it?' }));
      await page.getByText('Checked in your browser: the proof holds').waitFor();
      const paid = (await page.getByRole('heading', { level: 1 }).innerText()).match(/€[\d,.]+/)?.[0] ?? '–';
      assert.ok(found.includes(paid), `${found} is what was paid: ${paid}`);
      await noScroll(page);
    },
    { viewport: PHONE },
  );

  goal('at a desk, a code opens the payment on the citizen’s own phone', 'citizen', async (page) => {
    await page.getByRole('img', { name: 'Code with the address of the payment’s page' }).waitFor();
  });

  goal('one character of a receipt is changed, and the browser says why it fails', 'citizen', async (page, click) => {
    await click(step(page, 'Change one character'));
    await click(page.getByRole('button', { name: 'Change one character' }));
    await page.getByText('This proof does not hold').waitFor();
    await page.getByText(/^Character \d+ was/).waitFor();
  });

  goal(
    'in Spanish every door says everything, and one click makes the visitor another officer',
    'mayor',
    async (page, click) => {
      await page.getByRole('heading', { level: 1, name: 'Soy alcalde o alcaldesa' }).waitFor();
      await click(page.getByText('Actuar como funcionario'));
      await click(page.locator('.act-as').getByRole('button', { name: /mayor-1/ }));
      await page.getByText(/^Usted actúa como/).waitFor();
      for (const door of ['auditor', 'citizen', 'integrator', 'mayor']) {
        await page.goto(`/start/${door}`);
        await page.locator('.door-steps li').first().waitFor();
        assert.doesNotMatch(await page.locator('main').innerText(), /\b(the|your|and|start|mayor)\.|\bthe\b/);
        await noScroll(page);
      }
    },
    { locale: 'es-ES', viewport: PHONE },
  );

  rig.test('begun anew, the town is as it was, and no open page says that its record was falsified', async (_t, browser) => {
    // What a page asks while there is no town fails, as it must.
    const { context, page } = await openWindow(browser, rig.url, []);
    const other = await context.newPage();
    await other.goto('/blocks');
    // The first is told until the next stamp comes.
    const stands = /This browser now remembers|still stand, unchanged/;
    await other.getByText(stands).first().waitFor();
    await other.reload();
    await other.getByText(stands).first().waitFor();
    await page.goto('/start/mayor');
    await page.getByText('Act as an officer').click();
    await page
      .locator('.act-as')
      .getByRole('button', { name: /mayor-1/ })
      .click();
    await other.reload();
    await other.getByText(/^You act as/).waitFor();
    // Whoever is too quick is asked still, and may say no.
    await page.getByRole('button', { name: 'Reset the town' }).dblclick();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Reset the town' }).click();
    await page.getByRole('button', { name: 'Yes, forget everything done here' }).click();
    await page.getByRole('heading', { name: 'Start here' }).waitFor({ timeout: PATIENCE_MS });
    for (const one of [page, other]) await one.getByText('This town was reset.').waitFor({ timeout: PATIENCE_MS });
    await other.getByText('Act as an officer').waitFor();
    await other.goto('/blocks');
    await other.getByText(stands).first().waitFor();
    assert.equal(await other.getByText('is not what stands here now').count(), 0);
    await context.close();
  });

  rig.test('a door that is none is not here', async (_t, browser) => {
    const { context, page } = await openWindow(browser, rig.url, []);
    await page.goto('/start/burglar');
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await page.locator('.door-steps').count(), 0);
    await context.close();
  });
});
