/**
 * Signed documents in a real Chromium: a clerk attaches a contract (PAdES) with what a validator found of it, and a notice (JAdES) that is not
 * public; everybody reads whose word that is, and tells with the files in hand whether they are the ones.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { FlattenedSign, flattenedVerify } from 'jose';
import type { Page } from 'playwright-core';
import { PHONE, settled } from './browser.ts';
import { contractPdf } from './contract-pdf.ts';
import { type SeenOptions, townRig } from './rig.ts';
import { makeSealingKey } from './sealing-key.ts';
import { signedPdf } from './signed-pdf.ts';

const PATIENCE_MS = 240_000;
const DAY = '2025-01-15';
const NOT_JUDGED = 'This office’s ledger has not judged it.';
const ATTACHED = /^This document was attached by Clerk, Council on /;

describe('signed documents in Chromium', { timeout: PATIENCE_MS }, () => {
  const rig = townRig();
  const file = (name: string): string => join(rig.work, name);
  /** Addresses of two payments. */
  let records: readonly string[];

  before(async () => {
    if (!rig.isUp) return;
    const asked = await fetch(`${rig.town.node.url}/api/v1/treasury/payments?limit=2`);
    const { rows } = (await asked.json()) as { readonly rows: readonly { readonly id: string }[] };
    records = rows.map(({ id }) => `/record/treasury/payment/${id}`);
    writeFileSync(file('contract.pdf'), signedPdf(await contractPdf()));
    // What a validator really said of it, where there is one.
    const { stdout } = spawnSync('pdfsig', [file('contract.pdf')], { encoding: 'utf8' });
    writeFileSync(file('report.txt'), stdout || 'Signature is Valid.\n');
    writeFileSync(file('notice.json'), await notice());
  });

  const seen = (name: string, look: (page: Page) => Promise<void>, options: SeenOptions = {}): void =>
    rig.seen(name, ({ page }) => look(page), { path: 'about:blank', ...options });

  async function beClerk(page: Page): Promise<void> {
    await page.goto('/desk');
    await page.getByRole('button', { name: 'Clerk' }).first().click();
    await page.getByRole('button', { name: 'Leave this desk' }).waitFor();
  }

  async function openForm(page: Page, record: string): Promise<void> {
    await page.goto(record);
    await page.getByRole('link', { name: 'Attach a document' }).click();
    await page.getByRole('heading', { name: 'Attach a document' }).waitFor();
    assert.equal(await page.getByLabel('Record').inputValue(), record.replace('/record/', ''));
  }

  async function sign(page: Page): Promise<void> {
    await page.getByText('The rules allow this.').waitFor();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Signed and recorded.').waitFor();
    await page.getByText('Checked in your browser: the proof holds').waitFor();
  }

  seen('a contract is attached by choosing files, and the record’s page says whose word it is', async (page) => {
    await beClerk(page);
    await openForm(page, records[0]!);
    await page.getByLabel('Document: choose the file').setInputFiles(file('contract.pdf'));
    await page.getByLabel('Validated by').fill('validation.example.eu');
    await page.getByLabel('What it found').selectOption('total-passed');
    await page.getByLabel('As of').fill('2999-01-01');
    await page.getByLabel('Form of the signature').selectOption('PAdES');
    await page.getByLabel('Report of the validation: choose the file').setInputFiles(file('report.txt'));
    await page.getByText('There is no such day, or it has not come yet.').waitFor();
    await page.getByLabel('As of').fill(DAY);
    await accessible(page);
    await sign(page);
    await page.goto(records[0]!);
    const line = page.locator('.documents li');
    await line.getByText(ATTACHED).waitFor();
    const said = await line.locator('p').first().innerText();
    assert.match(said, /; validation\.example\.eu says that it is validly signed, as of Jan 15, 2025\. /);
    assert.ok(said.endsWith(NOT_JUDGED), said);
    await settled(page);
    await accessible(page);
    await line.getByRole('link', { name: 'How it stands in the record' }).click();
    await page.getByText('Checked in your browser: what stands now is what the record holds').waitFor();
  });

  seen('with the files in hand, anybody tells whether they are the ones, by receipt and by fact', async (page) => {
    await page.goto(records[0]!);
    await page.getByRole('link', { name: 'Have the file? Check that it is this one' }).click();
    await page.getByRole('button', { name: 'Check it' }).click();
    await page.getByText('Checked in your browser: the proof holds').waitFor();
    await give(page, file('contract.pdf'), file('report.txt'));
    const named = async (): Promise<void> => {
      await page.getByText('“contract.pdf” is the document that this proof names, unchanged').waitFor();
      await page.getByText('“report.txt” is the report of a validation that this proof names, unchanged').waitFor();
    };
    await named();
    const changed = readFileSync(file('contract.pdf'));
    changed[100] = (changed[100] ?? 0) ^ 1;
    await page.locator('input[type=file]').first().setInputFiles({ name: 'contract.pdf', mimeType: 'application/pdf', buffer: changed });
    await page.getByText('This proof does not name “contract.pdf”').waitFor();
    const { documents } = await lifeOf(records[0]!);
    const fact = await fetch(`${rig.town.node.url}/api/v1/facts/kernel/document/${documents[0]!.tx}`);
    writeFileSync(file('document.fact.json'), Buffer.from(await fact.arrayBuffer()));
    await page.goto('/verify');
    await give(page, file('report.txt'), file('contract.pdf'), file('document.fact.json'));
    await named();
  });

  seen('of one that is not public the fingerprint is hidden, and found with the small file that was saved', async (page) => {
    await beClerk(page);
    await openForm(page, records[1]!);
    await page.getByLabel('Document: choose the file').setInputFiles(file('notice.json'));
    const bare = await page.getByLabel('Fingerprint, from the file: Document').inputValue();
    await page.getByLabel('It is not public').first().check();
    const salt = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save the small file' }).click();
    assert.equal((await salt).suggestedFilename(), 'notice.json.salt.txt');
    await (await salt).saveAs(file('salt.txt'));
    assert.notEqual(await page.getByLabel('Fingerprint, from the file: Document').inputValue(), bare);
    await sign(page);
    await page.goto(records[1]!);
    await page.getByText('Nobody has said here whether it is validly signed.').waitFor();
    await page.getByRole('link', { name: 'Have the file? Check that it is this one' }).click();
    await page.getByRole('button', { name: 'Check it' }).click();
    await give(page, file('notice.json'));
    await page.getByText('This proof does not name “notice.json”').waitFor();
    await give(page, file('salt.txt'));
    await page.getByText('“notice.json” is the document that this proof names').waitFor();
  });

  seen(
    'in Spanish on a phone, light and dark',
    async (page) => {
      await page.goto(records[0]!);
      await page.getByText('El registro de esta oficina no lo ha juzgado.').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width);
        await accessible(page);
      }
    },
    { viewport: PHONE, locale: 'es-ES' },
  );

  rig.test('the plain page and the list say the same', async () => {
    const plain = await (await fetch(rig.town.node.url + records[0]!)).text();
    assert.match(
      plain,
      /was attached by Clerk, council on .*; validation\.example\.eu says that it is validly signed, as of 15 January 2025\./,
    );
    assert.ok(plain.includes(NOT_JUDGED));
    const { documents } = await lifeOf(records[0]!);
    assert.deepEqual(documents[0]!.said, { by: 'validation.example.eu', indication: 'total-passed', on: DAY, form: 'PAdES' });
  });

  async function lifeOf(record: string) {
    const answer = await fetch(`${rig.town.node.url}/api/v1/lives/${record.replace('/record/', '')}`);
    return (await answer.json()) as { readonly documents: readonly { readonly tx: string; readonly said?: object }[] };
  }
});

/** Files for the first field of the page that checks proofs. */
function give(page: Page, ...paths: readonly string[]): Promise<void> {
  return page.locator('input[type=file]').first().setInputFiles(paths);
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  const places = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  assert.deepEqual(places, []);
}

/** A JAdES signature in JSON, detached (ETSI TS 119 182-1, 5.1 and 6): the notice itself lies elsewhere. */
async function notice(): Promise<string> {
  const { privateKey, certificate } = makeSealingKey();
  const payload = Buffer.from('Notice 7C-9/2025');
  const header = { alg: 'ES256', iat: Math.floor(Date.now() / 1_000), x5c: [certificate.toString('base64')] };
  const signed = await new FlattenedSign(payload).setProtectedHeader(header).sign(privateKey);
  await flattenedVerify(signed, createPublicKey(privateKey));
  const { payload: _, ...detached } = signed;
  return JSON.stringify(detached);
}
