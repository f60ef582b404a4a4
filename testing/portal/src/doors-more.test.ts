/**
 * The doors of auditor and integrator, played in a real Chromium on one demo town: cheating on a copy, a sample that anybody draws again,
 * Python that runs as the page shows it, a table tried out, webhooks as they arrive. Each goal takes at most six clicks from the home page.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { PHONE } from './browser.ts';
import { type SeenOptions, townRig, type Window } from './rig.ts';

const PATIENCE_MS = 300_000;
/** A trick is played over the whole record, on a machine that may be busy. */
const PLAYED_MS = 120_000;
const CLICKS_MAX = 6;

describe('the doors of auditor and integrator', { timeout: PATIENCE_MS }, () => {
  // A table may ask what no schema allows: browsers tell of each such answer.
  const rig = townRig({ expected: /\/try\/table: Failed to load resource: .* 400/ });

  /** Begins at the home page; `click` counts. */
  function played(
    name: string,
    play: (page: Page, click: (role: 'button' | 'link', name: string | RegExp) => Promise<void>, t: TestContext) => Promise<void>,
    options: SeenOptions = {},
  ): void {
    const counted = async ({ page, t }: Window): Promise<void> => {
      let clicks = 0;
      const click = async (role: 'button' | 'link', what: string | RegExp): Promise<void> => {
        clicks++;
        await page.getByRole(role, { name: what }).first().click();
      };
      await play(page, click, t);
      assert.ok(clicks <= CLICKS_MAX, `${clicks} clicks`);
    };
    rig.seen(name, counted, options);
  }

  played('an auditor changes an amount on a copy, and reads who notices, and where', async (page, click) => {
    await click('link', 'I am an auditor');
    await click('link', /Try to cheat/);
    await page.getByText('The payment that you would rather not have made').waitFor();
    await page.locator('.entries li').first().waitFor();
    await click('button', 'Change the amount');
    await page.getByRole('heading', { name: 'All three notice' }).waitFor({ timeout: PLAYED_MS });
    assert.equal(await page.locator('.noticed li[data-notices="true"]').count(), 3);
    await page.getByText(/The signature does not fit\./).waitFor();
    await page.getByRole('link', { name: /It begins at entry/ }).waitFor();
    await click('link', 'how it really stands in the record');
    await page.getByText(/the proof holds/).waitFor();
  });

  played(
    'in Spanish, on a phone: the list alone is changed, and only whoever computes it again notices',
    async (page, click) => {
      await click('link', 'Hago auditorías');
      await click('link', /haga trampa|hacer trampa/i);
      await page.locator('summary', { hasText: 'Tres maneras más torpes' }).click();
      await click('button', 'Cambiarlo donde la gente lo consulta');
      await page.getByRole('heading', { name: 'Lo nota 1 de 3' }).waitFor({ timeout: PLAYED_MS });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width);
    },
    { locale: 'es-ES', viewport: PHONE },
  );

  played('a sample of payments, drawn again by its address and by the lines that the page shows', async (page, click, t) => {
    await click('link', 'I am an auditor');
    await click('link', /Draw a hundred payments/);
    const rows = page.locator('tbody tr');
    await rows.first().waitFor();
    const ids = async (): Promise<readonly string[]> =>
      (await rows.locator('td:first-child a').all()).length === 0
        ? []
        : await Promise.all(
            (await rows.locator('td:first-child a').all()).map(async (one) => (await one.getAttribute('href'))!.split('/').at(-1)!),
          );
    const first = await ids();
    const csv = decodeURIComponent(
      (await page.getByRole('link', { name: /CSV/ }).first().getAttribute('href'))!.split(',').slice(1).join(','),
    );
    assert.match(csv, /^\uFEFFnumber,payment,title,/);
    assert.match(csv, /,\d+\.\d\d,EUR,\d+,\d+,\d{4}-/);
    assert.deepEqual(
      csv
        .trim()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[1]),
      first,
    );
    assert.match(page.url(), /stamp=\d+$/, 'the page says in its own address what drew these');
    const drawn = page.url();
    await page.reload();
    await rows.first().waitFor();
    assert.deepEqual(await ids(), first);
    for (const wrong of [
      `until=1&root=${encodeURIComponent('"+exit()+"')}`,
      'root=hello',
      'stamp=0',
      'stamp=999999999',
      'after=2026-13-45',
    ]) {
      await page.goto(`/try/sample?${wrong}`);
      await page.getByText('names no stamp of this record').waitFor();
      assert.equal(await rows.count(), 0, wrong);
    }
    await page.goto('/try/sample?after=9999-12-31');
    await page.getByText('No stamp was made since that day yet').waitFor();
    await page.goto('/try/sample');
    await page.locator('summary', { hasText: 'chose the sample' }).click();
    await page.getByLabel('The first stamp after').fill('2025-06-30');
    await click('button', 'Draw');
    await page.getByRole('link', { name: /Drawn by stamp/ }).waitFor();
    assert.notDeepEqual(await ids(), first);
    await page.goto(drawn);
    await page.getByRole('link', { name: /Drawn by stamp/ }).waitFor();
    await rows.first().waitFor();
    await page.locator('summary', { hasText: 'Draw them yourself' }).click();
    if (spawnSync('python3', ['--version']).status !== 0) return t.diagnostic('passed over: there is no python3');
    const { code, out } = await python(await page.locator('.command pre').innerText());
    assert.equal(code, 0, out);
    assert.deepEqual(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      first,
    );
  });

  played('the line for a terminal names this very node', async (page, click) => {
    await click('link', 'I am an auditor');
    await click('link', /Check it all yourself/);
    await page.getByText(`npx tabularium audit ${rig.town.node.url}`, { exact: true }).waitFor();
  });

  played('twenty lines of Python run as they stand, and what they did appears on the page', async (page, click, t) => {
    await click('link', 'I connect systems');
    await click('link', /twenty lines of Python/);
    const pasted = await page.getByRole('group', { name: 'Python, and the lines that run it' }).locator('pre').innerText();
    const lines = /<<'END'\n([\s\S]*\n)END\n/.exec(pasted)![1]!;
    const counted = lines.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    assert.ok(counted.length <= 20, `${counted.length} lines`);
    if (spawnSync('python3', ['-c', 'import cryptography']).status !== 0) {
      return t.diagnostic('passed over: there is no python3 with the package cryptography');
    }
    const { size } = rig.town.node.storage.head();
    const { code, out, proof } = await python(lines);
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(`^accepted and checked: ${rig.town.node.url}/entries/\\d+\n$`));
    assert.ok(rig.town.node.storage.head().size > size);
    assert.match(proof ?? '', /^c2sp\.org\/tlog-proof@v1\n/);
    await page.getByRole('link', { name: 'Allot appropriations' }).first().waitFor();
    assert.equal(await allotted(), Number(/\d+$/.exec(out.trim())![0]));
  });

  played('a table with mistakes: each line is judged by the rules, and nothing is kept', async (page, click) => {
    const { size } = rig.town.node.storage.head();
    await click('link', 'I connect systems');
    await click('link', /Try a table out/);
    await page.getByRole('heading', { name: '3 of 7 lines would be accepted' }).waitFor();
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2') });
    const columns = page.getByText('The first line must name the columns');
    await columns.waitFor();
    const unclosed = Buffer.from('year;fund;line;amount\n2026;GEN;"x;1');
    await file.setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: unclosed });
    await columns.waitFor();
    const hostile = Buffer.from('year;fund;line;amount\n<b>;GEN;x"x;1\n2026;GEN;../..;1');
    await file.setInputFiles({ name: 'y.csv', mimeType: 'text/csv', buffer: hostile });
    await page.getByRole('heading', { name: '0 of 2 lines would be accepted' }).waitFor();
    assert.equal(rig.town.node.storage.head().size, size);
    assert.ok(
      (await page.getByRole('heading', { name: '0 of 2' }).boundingBox())!.y < page.viewportSize()!.height / 2,
      'it comes into view',
    );
    await click('button', 'Try the table with mistakes again');
    await page.getByRole('heading', { name: '3 of 7 lines would be accepted' }).waitFor();
    assert.equal(await page.locator('tbody .refused').count(), 4);
    await page.getByText('“12.5O” is no amount; write it like 1250.50').waitFor();
    await page
      .getByText(/Legal basis|Basis/)
      .first()
      .waitFor();
    assert.equal(rig.town.node.storage.head().size, size);
  });

  /** Where the integrator's last step leads. */
  const allotted = async (): Promise<number> =>
    ((await (await fetch(`${rig.town.node.url}/api/demo/story`)).json()) as { readonly allotted: number }).allotted;

  played('something happens, and the catcher has it, signed', async (page, click) => {
    await click('link', 'I connect systems');
    await click('link', /See webhooks arrive/);
    await page.locator('.caught li').first().waitFor();
    const newest = page.locator('.caught li summary').first();
    await newest.getByText('Signature good').waitFor();
    const programs = await allotted();
    await click('button', 'Let something happen');
    await page.getByText('Recorded: two euros were allotted.').waitFor();
    await newest.getByText('treasury.').waitFor();
    assert.equal(await allotted(), programs, 'the last step leads to what the program wrote still');
    await newest.getByText('Signature good').waitFor();
    assert.equal(await page.getByText('Not signed by this node').count(), 0);
  });
});

/** Runs lines as `python3 try.py` would. */
function python(lines: string): Promise<{ readonly code: number | null; readonly out: string; readonly proof?: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-python-'));
  const child = spawn('python3', ['-'], { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stdin.end(lines);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      const kept = join(dir, 'try.tlog-proof');
      const proof = existsSync(kept) ? { proof: readFileSync(kept, 'utf8') } : {};
      rmSync(dir, { recursive: true });
      resolve({ code, out, ...proof });
    }),
  );
}
