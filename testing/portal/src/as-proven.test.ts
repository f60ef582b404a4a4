/**
 * What a page shows is held against the proof in the browser: on an honest node no row of any list says otherwise than its record, and where a
 * table was changed behind the node's back, or the node answers falsely, the page says so in place of its green sentence.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { differing, provenRow, saidOtherwise } from '@tabularium/portal/as-proven';
import type { JsonObject } from '@tabularium/protocol';
import { verifyFact } from '@tabularium/verify';
import type { Page } from 'playwright-core';
import { axe, DESK, PHONE, settled } from './browser.ts';
import { places } from './places.ts';
import { townRig } from './rig.ts';

const PATIENCE_MS = 400_000;
const ROWS_MAX = 200;
/** Of each list: a life takes longer to tell than a row. */
const LIVES_MAX = 20;
const AT_ONCE = 10;

interface Lists {
  readonly modules: readonly {
    readonly name: string;
    readonly lists: Readonly<Record<string, { readonly id: string; readonly collection?: string }>>;
  }[];
}
type Row = Readonly<Record<string, string | number | boolean | null>>;

describe('a page and its proof', { timeout: PATIENCE_MS }, () => {
  const rig = townRig();
  const ask = async (path: string): Promise<Response> => {
    const response = await fetch(rig.town.node.url + path);
    assert.equal(response.status, 200, path);
    return response;
  };
  const json = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;
  const payment = async (): Promise<string> =>
    (await places(rig.town.node.url))
      .find(({ name }) => name === 'payment')
      ?.path.split('/')
      .at(-1) ?? '';

  rig.test('on an honest node no row and no life says otherwise than the proven record', async (t) => {
    const policy = await (await ask('/log/policy')).text();
    const { modules } = await json<Lists>('/api/v1/views');
    const compared = new Map<string, number>();
    const found: string[] = [];
    for (const { name, lists } of modules)
      for (const [list, { id, collection }] of Object.entries(lists)) {
        if (collection === undefined) continue;
        const { rows } = await json<{ readonly rows: readonly Row[] }>(`/api/v1/${name}/${list}?limit=${ROWS_MAX}`);
        const check = async (row: Row): Promise<void> => {
          const key = `${name}/${collection}/${row[id]}`;
          const fact = verifyFact(await (await ask(`/api/v1/facts/${key}`)).text(), policy, nodeCrypto, {
            nowSeconds: Math.floor(Date.now() / 1_000),
          });
          assert.ok(fact.ok && fact.key === key && fact.value !== null, key);
          const record = fact.value as JsonObject;
          const proven = provenRow(Object.keys(row), record);
          for (const column of Object.keys(proven)) compared.set(`${list}.${column}`, (compared.get(`${list}.${column}`) ?? 0) + 1);
          if (rows.indexOf(row) < LIVES_MAX) {
            const { stands } = await json<Life>(`/api/v1/lives/${key}`);
            found.push(...saidOtherwise(key, stands.told, stands.record, record).map(({ label }) => `${key} is told otherwise: ${label}`));
          }
          found.push(...differing(row, proven).map((column) => `${key} ${column}: ${row[column]} is proven as ${proven[column]}`));
        };
        for (let n = 0; n < rows.length; n += AT_ONCE) await Promise.all(rows.slice(n, n + AT_ONCE).map(check));
      }
    t.diagnostic(`${[...compared.values()].reduce((all, one) => all + one, 0)} values in ${compared.size} columns`);
    assert.deepEqual(found, []);
    for (const column of ['payments.amount', 'payments.state', 'payables.paid', 'commitments.certified', 'lines.law', 'officers.status'])
      assert.ok(compared.has(column), column);
  });

  rig.seen('on an honest node both pages are green, and what the proof does not speak of stands apart', async ({ page }) => {
    const id = await payment();
    await page.goto(`/lists/treasury/payments/${id}`);
    await page.getByText('Checked in your browser: what is marked ✓ is what the record holds').waitFor();
    const amount = page.locator('.facts div').filter({ has: page.getByText('Amount', { exact: true }) });
    await amount.getByText('as proven', { exact: true }).waitFor();
    const apart = page.locator('section').filter({ has: page.getByRole('heading', { name: 'From the office’s lists' }) });
    await apart.getByText('Ordered at', { exact: true }).waitFor();
    assert.equal(await apart.getByText('as proven').count(), 0);
    await page.goto(`/record/treasury/payment/${id}`);
    await page.getByText('Checked in your browser: what stands now is what the record holds').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
  });

  rig.seen('an amount that was changed in the lists’ table is contradicted, and found right once it is put back', async ({ page }) => {
    const id = await payment();
    const honest = await json<Row>(`/api/v1/treasury/payments/${id}`);
    const tables = new DatabaseSync(join(rig.town.place.town, 'projections.db'));
    const set = (amount: bigint): void => {
      tables.prepare('UPDATE treasury_payment SET amount = ? WHERE id = ?').run(amount, id);
    };
    try {
      set(95_700n);
      await page.goto(`/lists/treasury/payments/${id}`);
      await contradicted(page, /^Amount: here €957\.00, proven €[\d,.]+\.$/);
      await page.locator('.mark.wrong').getByText('not as proven').waitFor();
      for (const [viewport, colorScheme] of [[DESK, 'light'] as const, [PHONE, 'dark'] as const]) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await axe(page);
      }
      set(BigInt(String(honest.amount)));
      await page.getByText('Checked in your browser: what is marked ✓').waitFor();
      assert.equal(await page.getByRole('alert').count(), 0);
    } finally {
      set(BigInt(String(honest.amount)));
      tables.close();
    }
  });

  rig.seen('a record’s page that tells another amount is contradicted, whether in words alone or in its record too', async ({ page }) => {
    const id = await payment();
    for (const isRecordToo of [false, true]) {
      await page.route('**/api/v1/lives/**', async (route) => {
        const life = (await (await route.fetch()).json()) as Life;
        const told = life.stands.told.map((one) => (one.as === 'money' ? { ...one, value: '95700' } : one));
        const record = isRecordToo ? { ...life.stands.record, money: { amount: '95700', currency: 'EUR' } } : life.stands.record;
        await route.fulfill({ json: { ...life, stands: { ...life.stands, told, record } } });
      });
      await page.goto(`/record/treasury/payment/${id}`);
      await contradicted(page, /^Amount: here €957\.00, proven €[\d,.]+\.$/);
      await axe(page);
      await page.unroute('**/api/v1/lives/**');
    }
  });

  rig.seen('a record’s page that shows nothing where a record stands is contradicted', async ({ page }) => {
    const id = await payment();
    await page.route('**/api/v1/lives/**', async (route) => {
      const { stands: _, ...life } = (await (await route.fetch()).json()) as Life;
      await route.fulfill({ json: life });
    });
    await page.goto(`/record/treasury/payment/${id}`);
    await page.getByRole('alert').getByText('It shows nothing where, as proven, a record stands.').waitFor();
    assert.equal(await page.getByText('Checked in your browser').count(), 0);
  });

  rig.seen('a row where nothing stands is contradicted', async ({ page }) => {
    const id = await payment();
    const nowhere = 'f'.repeat(32);
    const row = await json<Row>(`/api/v1/treasury/payments/${id}`);
    await page.route(`**/api/v1/treasury/payments/${nowhere}`, (route) => route.fulfill({ json: { ...row, id: nowhere } }));
    await page.goto(`/lists/treasury/payments/${nowhere}`);
    await page.getByRole('alert').getByText('It shows a record where, as proven, nothing stands.').waitFor();
    assert.equal(await page.getByText('Checked in your browser').count(), 0);
  });
});

interface Life {
  readonly stands: { readonly told: Parameters<typeof saidOtherwise>[1]; readonly record: JsonObject };
}

async function contradicted(page: Page, line: RegExp): Promise<void> {
  const alert = page.getByRole('alert');
  await alert.getByText('This page says otherwise than the proven record.').waitFor();
  await settled(page);
  assert.match(await alert.locator('li').innerText(), line);
  assert.equal(await page.getByText('Checked in your browser').count(), 0);
}
