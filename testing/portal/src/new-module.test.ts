/**
 * A module that the portal has never heard of shows up in it: its list, a record's page and life, its forms on the desk, what waits for whom,
 * what its rules refuse, and its entries' stories, all in the module's own words, in English and in Spanish. No line of the portal or of the
 * node is written for it.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { be, settled } from './browser.ts';
import { Rig } from './rig.ts';

const PATIENCE_MS = 180_000;
const HOLDS = /^Checked in your browser/;
const REX = '040098100000017';
const BELLA = '040098100000028';

/** A town whose node has one module more; in a process of its own, since a node's threads read the catalogue themselves. */
async function openTown(dir: string): Promise<{ readonly node: { readonly url: string }; close(): Promise<void> }> {
  const at = (file: string): string => new URL(`./dog-licences/${file}`, import.meta.url).href;
  const child = fork(fileURLToPath(at('town-process.ts')), [dir], { execArgv: ['--import', at('added.ts')] });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (said === undefined) throw new Error('the town with one module more did not start');
  return {
    node: said[0] as { readonly url: string },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

describe('a module that the portal does not know', { timeout: PATIENCE_MS }, () => {
  const rig = new Rig(openTown);

  rig.seen(
    'its form is on the desk of whoever may sign it, and says what its rules refuse; its entry is told',
    async ({ page }) => {
      await be(page, 'council-1');
      await page.getByRole('link', { name: 'Do something' }).click();
      await page.getByRole('heading', { level: 2, name: 'Dogs' }).waitFor();
      const form = page.getByRole('link', { name: 'Enter an application for a dog licence' });
      await form.click();
      await page.getByText('it waits until it is granted').waitFor();
      const fill = async (chip: string, name: string): Promise<void> => {
        await page.getByLabel('Chip number').fill(chip);
        await page.getByLabel('What the dog is for').selectOption({ label: 'Guide dog' });
        await page.getByLabel('Name of the dog').fill(name);
      };
      await fill(REX, 'Rex');
      await page.getByText('The rules allow this.').waitFor();
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
      const record = page.getByRole('link', { name: 'See it in the record' });
      const entry = await record.getAttribute('href');
      await page.getByRole('button', { name: 'Do another' }).click();
      await fill(REX, 'Rex again');
      await page.getByText('This dog has a licence, or somebody has asked for one.').waitFor();
      await page.getByText('Legal basis: Dog Keeping Act § 4').waitFor();
      await page.goto(entry!);
      await page.getByRole('heading', { level: 1, name: 'Enter an application for a dog licence' }).waitFor();
      await page.getByText('Somebody asked for a dog licence.').first().waitFor();
      await page.getByText('Rex', { exact: true }).first().waitFor();
      await page.getByText('Guide dog').first().waitFor();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
    },
    { path: '/desk' },
  );

  rig.seen(
    'it waits in the inbox of whoever grants it',
    async ({ page }) => {
      await be(page, 'mayor-1');
      await page.getByRole('link', { name: 'Grant dog licences' }).click();
      await page.getByText('Rex').first().waitFor();
      await page
        .getByRole('button', { name: /^Sign (it|all \d+)$/ })
        .and(page.locator(':enabled'))
        .click();
      await page.getByText('Checked in your browser: the proof holds').waitFor();
    },
    { path: '/desk' },
  );

  rig.seen(
    'its list, a record’s page and the record’s life are there, from what there is to the proof',
    async ({ page }) => {
      const card = page.locator('.cards > *').filter({ has: page.getByRole('heading', { level: 2, name: 'Dogs' }) });
      await card.getByRole('link', { name: 'Dog licences' }).click();
      await page.getByRole('heading', { level: 1, name: 'Dog licences' }).waitFor();
      for (const column of ['Chip number', 'What the dog is for', 'State', 'Valid until', 'Asked for on'])
        await page.getByRole('columnheader', { name: column }).waitFor();
      await page.getByRole('row', { name: /Rex.*Guide dog.*Granted/ }).waitFor();
      await page.locator('tbody').getByRole('link', { name: /Rex/ }).click();
      await page.getByRole('heading', { level: 1, name: 'Rex' }).waitFor();
      await page.getByText(HOLDS).waitFor();
      await page.goto(`/record/dogs/licence/${REX}`);
      await settled(page);
      await page.getByText(HOLDS).waitFor();
      assert.deepEqual(await page.locator('.life .what').allInnerTexts(), [
        'Somebody asked for a dog licence.',
        'A dog licence was granted.',
      ]);
    },
    { path: '/lists' },
  );

  rig.seen(
    'the same in Spanish, in the module’s own words',
    async ({ page }) => {
      await page.getByRole('heading', { level: 2, name: 'Perros' }).waitFor();
      await page.getByRole('link', { name: 'Licencias de perros' }).click();
      await page.getByRole('columnheader', { name: 'Para qué es el perro' }).waitFor();
      await page.getByRole('row', { name: /Rex.*Perro guía.*Concedida/ }).waitFor();
      await page.goto(`/record/dogs/licence/${REX}`);
      await page.getByRole('link', { name: 'Se concedió una licencia de perro.' }).click();
      await page.getByRole('heading', { level: 1, name: 'Conceder licencias de perros' }).waitFor();
      await page.goto('/desk');
      await be(page, 'council-1');
      await page.goto('/desk/do/dogs/form-apply');
      await page.getByRole('heading', { level: 1, name: 'Anotar una solicitud de licencia de perro' }).waitFor();
      await page.getByLabel('Para qué es el perro').selectOption({ label: 'De compañía' });
      await page.getByLabel('Número del chip').fill(REX);
      await page.getByLabel('Nombre del perro').fill('Bella');
      await page.getByText('Este perro tiene una licencia, o alguien la ha pedido.').waitFor();
      await page.getByText('Base legal: Ley de tenencia de perros § 4').waitFor();
      await page.getByLabel('Número del chip').fill(BELLA);
      await page.getByText('Las reglas lo permiten.').waitFor();
    },
    { path: '/lists', locale: 'es-ES' },
  );

  rig.seen(
    'without scripts, its records and entries are told too',
    async ({ page }) => {
      await page.getByText('A dog licence was granted.').waitFor();
      await page.getByRole('link', { name: 'Somebody asked for a dog licence.' }).click();
      await page.getByRole('heading', { level: 1, name: 'Enter an application for a dog licence' }).waitFor();
    },
    { path: `/record/dogs/licence/${REX}`, javaScriptEnabled: false },
  );
});
