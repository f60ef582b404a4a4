/** How the machine is: for its operator and for programs with the word for it where staff sign in, for everybody where nobody does. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openSmallTown } from '@tabularium/demo';
import { BUILT_PORTAL } from '@tabularium/node';
import type { Page } from 'playwright-core';
import { axe, PHONE } from './browser.ts';
import { Rig, type SeenOptions } from './rig.ts';
import { OFFICER, OPERATOR, openStaffedTown, WATCH } from './staffed-town.ts';
import { Visitor } from './visitor.ts';

const PATIENCE_MS = 180_000;
/** Browsers go to the provider and its pages, and tell of what the node refused. */
const EXPECTED = /^left for |:\d+\/interaction\/|\/operator: Failed to load resource: the server responded with a status of 40[13]/;

/** On the provider's own pages. */
async function signIn(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
}

describe('how the machine is, where staff sign in', { timeout: PATIENCE_MS }, () => {
  const rig = new Rig(
    async (work) => {
      const { town, url, close } = await openStaffedTown(work);
      return { node: { url }, town, close };
    },
    { expected: EXPECTED },
  );

  rig.test('an operator reads it, and a program that brings the word for it; nobody else', async () => {
    const { url } = rig;
    const metricsOf = async (login: string): Promise<Response> => {
      const visitor = new Visitor();
      const back = await visitor.signIn(`${url}/auth/login`, login, `${url}/auth/callback`);
      await visitor.ask(back);
      return await visitor.ask(`${url}/metrics`);
    };
    const [nobody, officer, operator] = [await fetch(`${url}/metrics`), await metricsOf(OFFICER), await metricsOf(OPERATOR)];
    assert.deepEqual([nobody.status, officer.status, operator.status], [401, 403, 200]);
    assert.match(await operator.text(), /^tabularium_disk_free_bytes [1-9]/m);
    for (const refused of [nobody, officer]) assert.doesNotMatch(await refused.text(), /tabularium_/);
    const program = async (word: string): Promise<number> => (await fetch(`${url}/metrics`, { headers: { authorization: word } })).status;
    assert.deepEqual(
      [await program(`Bearer ${WATCH}`), await program(`Bearer ${WATCH}1`), await program('Bearer '), await program(WATCH)],
      [200, 401, 401, 401],
    );
    const health = await fetch(`${url}/health`);
    assert.equal(health.status, 200);
    assert.doesNotMatch(await health.text(), /disk|peer|witness/);
  });

  const path = '/operator';
  for (const options of [{ path }, { path, locale: 'es-ES', viewport: PHONE, colorScheme: 'dark' }] satisfies SeenOptions[]) {
    const [title, before, after] =
      'locale' in options
        ? ['on a phone, in Spanish', /para quien mantiene este nodo/, 'Espacio en disco']
        : ['at a desk', /for whoever keeps this node/, 'Room on disk'];
    rig.seen(
      `the operator’s page leads to the sign-in, and from there back (${title})`,
      async ({ page }) => {
        await page.getByText(before).waitFor();
        assert.equal(await page.locator('.findings').count(), 0);
        await axe(page);
        await page.locator('main a[href^="/auth/login"]').click();
        await signIn(page, OPERATOR);
        await page.getByRole('heading', { name: after }).waitFor();
        assert.equal(new URL(page.url()).pathname, path);
        await axe(page);
      },
      options,
    );
  }

  rig.seen(
    'staff who keep no node are told so',
    async ({ page }) => {
      await page.locator('main a[href^="/auth/login"]').click();
      await signIn(page, OFFICER);
      await page.getByText('but not as one who keeps this node running').waitFor();
      await axe(page);
    },
    { path },
  );
});

describe('how the machine is, where nobody signs in', { timeout: PATIENCE_MS }, () => {
  const rig = new Rig(async (work) => {
    const { node } = await openSmallTown(work, { steps: 20, start: { portal: BUILT_PORTAL } });
    return { node, close: () => node.close() };
  });

  rig.seen(
    'everybody reads it',
    async ({ page }) => {
      await page.getByRole('heading', { name: 'Room on disk' }).waitFor();
      assert.equal((await fetch(`${rig.url}/metrics`)).status, 200);
    },
    { path: '/operator' },
  );
});
