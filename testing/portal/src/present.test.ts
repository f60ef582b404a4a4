/**
 * A holder and a checker, each in a browser of their own: a file is chosen, two fields are ticked, and the code is held out; the checker scans it
 * and is told what is shown, what stays hidden and what it does not prove. Nothing of it is sent anywhere.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe } from 'node:test';
import { parsePresentation } from '@tabularium/protocol';
import { generatePrivateJwk, nobleCrypto } from '@tabularium/sdk';
import type { Page } from 'playwright-core';
import { axe, DESK, PHONE, settled } from './browser.ts';
import { heldFile } from './held-file.ts';
import { places } from './places.ts';
import { type SeenOptions, townRig, type Window } from './rig.ts';

const PATIENCE_MS = 180_000;
const HOLDS = 'Checked in your browser: the proof holds';

const { vectors } = JSON.parse(readFileSync(new URL('../../../testing/vectors/data/presentation-valid.json', import.meta.url), 'utf8'));
const vector = (name: string) => vectors.find((one: { readonly name: string }) => one.name.startsWith(name));
const BIRTH: string = vector('everything').presentation;
const POLICY: string = vector('everything').policy;
/** The key of the vectors: SHA-256 of its label. */
const KEY = JSON.stringify(generatePrivateJwk(() => nobleCrypto.sha256(new TextEncoder().encode('tabularium vector key holder'))));

const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const give = (page: Page, name: string, text: string): Promise<void> =>
  page.locator('input[type=file]').first().setInputFiles(file(name, text));

describe('showing part of a record in Chromium', { timeout: PATIENCE_MS }, () => {
  const rig = townRig({});

  function seen(name: string, look: (page: Page) => Promise<void>, options: SeenOptions = {}): void {
    const settledFirst = async ({ page }: Window): Promise<void> => {
      await settled(page);
      await look(page);
    };
    rig.seen(name, settledFirst, { path: '/present', ...options });
  }

  /** What the page made, as whoever scans its code gets it. */
  async function madeCode(page: Page): Promise<Buffer> {
    const picture = page.locator('.made img');
    await picture.waitFor();
    return await picture.screenshot({ scale: 'device' });
  }

  seen('two fields are ticked, and a checker reads them off the code: the name and the year, and nothing else', async (page) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.setViewportSize({ width: 1_400, height: 1_000 });
    await give(page, 'birth.presentation', BIRTH);
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 0, 'nothing is ticked beforehand');
    assert.ok(await page.getByRole('button', { name: 'Make the code' }).isDisabled());
    await page.getByRole('checkbox', { name: 'Name', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Birth year' }).check();
    await page.getByRole('button', { name: 'Make the code for 2 fields' }).click();
    await page.getByText('It shows: Name and Birth year. 4 fields that you hold stay hidden.').waitFor();
    await axe(page);
    const code = await madeCode(page);
    const link = await page.locator('.made pre').innerText();

    await page.getByRole('link', { name: 'Check a proof' }).first().click();
    await page.getByRole('heading', { name: 'Check a proof' }).waitFor();
    await give(page, 'town.policy', POLICY);
    await page.locator('input[type=file]').first().setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: code });
    await checkedBirth(page);
    await page.locator('#receipt').fill(link);
    await page.getByRole('button', { name: 'Check it' }).click();
    await checkedBirth(page);
    assert.ok(
      asked.every((one) => !/Linden|p=[A-Z2-7]{20}/.test(one)),
      'nothing of it was sent',
    );
  });

  async function checkedBirth(page: Page): Promise<void> {
    await page.getByText(HOLDS).waitFor();
    const shown = page.locator('.outcome .shown');
    await shown.getByText('Ada Linden').waitFor();
    assert.deepEqual(await shown.locator('dt').allInnerTexts(), ['Name', 'Birth year']);
    await page.getByText('6 other fields stay hidden; some of them may be empty.').waitFor();
    await page.getByText('It does not prove that who shows it is whom it is about.').waitFor();
    assert.equal(await page.getByText('Berta').count(), 0);
  }

  seen('signed for the library, it says so to whoever checks it; with another key it is not signed at all', async (page) => {
    await give(page, 'birth.presentation', BIRTH);
    await page.getByRole('checkbox', { name: 'Birth year' }).check();
    await page.getByText('Sign it for one only').click();
    await page.getByLabel('Who wants to see it, as they say it').fill('The library');
    await page.getByRole('button', { name: 'Make the code' }).click();
    await page.getByRole('alert').getByText('To sign it, say who it is for').waitFor();
    await page.getByLabel('The number that they gave you').fill('7130');
    await page.getByLabel('Your key (file)').setInputFiles(file('other.json', JSON.stringify(generatePrivateJwk())));
    await page.getByRole('button', { name: 'Make the code' }).click();
    await page.getByRole('alert').getByText('names another key as its holder’s').waitFor();
    await page.getByLabel('Your key (file)').setInputFiles(file('mine.json', KEY));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Make the code' }).click();
    const [made] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Keep it as a file' }).click()]);
    const text = readFileSync(await made.path(), 'utf8');
    await page.goto(`${rig.town.node.url}/verify`);
    await settled(page);
    await give(page, 'town.policy', POLICY);
    await give(page, 'shown.presentation', text);
    await page.getByText('Its holder signed it for “The library”, with the number “7130”, on').waitFor();
    await give(page, 'shown.presentation', text.replace(/disclosure \S+\n/, ''));
    await page.locator('.steps .fails').getByText('some were added or taken away afterwards').waitFor();
  });

  seen(
    'a field that was changed is told from one that belongs to another record',
    async (page) => {
      await give(page, 'town.policy', POLICY);
      const { receipt, disclosures } = parsePresentation(BIRTH)!;
      const forged = Buffer.from(JSON.stringify(['AAAAAAAAAAAAAAAAAAAAAA', 'name', 'Somebody Else'])).toString('base64url');
      await give(page, 'forged.presentation', BIRTH.replace(disclosures[0]!, forged));
      await page.locator('.steps .fails').getByText('not what the office recorded').waitFor();
      await give(page, 'cut.presentation', BIRTH.replace(/\nindex [\s\S]*/, '\n'));
      await page.locator('.steps .fails').getByText('not written as a receipt is').waitFor();
      await give(page, 'twice.presentation', BIRTH.replace('\n\n', `\ndisclosure ${disclosures[0]}\n\n`));
      await page.locator('.steps .fails').getByText('It shows a field twice').waitFor();
      assert.equal(await page.getByText('Somebody Else').count(), 0);
      await give(page, 'alone.tlog-proof', receipt);
      await page.getByText(HOLDS).waitFor();
    },
    { path: '/verify' },
  );

  seen('what is no holder’s file is said to be none', async (page) => {
    for (const text of ['hello', parsePresentation(BIRTH)!.receipt]) {
      await give(page, 'other.txt', text);
      await page.getByRole('alert').getByText('There is no record in this file').waitFor();
    }
  });

  for (const [name, size] of [
    ['desk', DESK],
    ['phone', PHONE],
  ] as const) {
    seen(`the town’s own entry is checked by its link, fields named as the office names them: ${name}`, async (page) => {
      await page.setViewportSize(size);
      const entry = (await places(rig.town.node.url))
        .find((one) => one.name === 'entry')
        ?.path.split('/')
        .at(-1);
      const held = await heldFile(rig.town.node.url, Number(entry));
      await give(page, 'held.presentation', held);
      await page.getByRole('checkbox').first().check();
      await page.getByRole('button', { name: 'Make the code' }).click();
      await page.getByRole('link', { name: 'See what they will see' }).click();
      await page.getByText(HOLDS).waitFor();
      await page.getByRole('link', { name: 'See it in the record' }).waitFor();
      await axe(page);
    });
  }
});
