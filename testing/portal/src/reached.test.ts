/** The demo from another device: over TLS a phone signs; over plain HTTP, where a page has no secure context, it checks as well as anywhere. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openTlsFront, type TlsFront } from '@tabularium/demo';
import type { Browser } from 'playwright-core';
import { launchChromium, openWindow, PHONE } from './browser.ts';
import { places } from './places.ts';
import { buildPortal, newTown } from './town.ts';

describe('the demo from another device', { timeout: 180_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-reached-'));
  let town: Awaited<ReturnType<typeof newTown>>;
  let front: TlsFront;
  let browser: Browser | string;

  before(async () => {
    browser = await launchChromium();
    if (typeof browser === 'string') return;
    buildPortal();
    town = await newTown(work);
    front = await openTlsFront({ host: '127.0.0.1', port: 0 }, Number(new URL(town.node.url).port), undefined);
  });
  after(async () => {
    if (typeof browser !== 'string') await browser?.close();
    await front?.close();
    await town?.close();
    rmSync(work, { recursive: true, force: true });
  });

  test('over TLS the desk signs', async (t) => {
    if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
    const url = `https://127.0.0.1:${front.port}`;
    const faults: string[] = [];
    const { context, page } = await openWindow(browser, url, faults, { ignoreHTTPSErrors: true, viewport: PHONE });
    await page.goto('/desk');
    assert.equal(await page.evaluate('isSecureContext'), true);
    await page.getByRole('button', { name: 'Mayor' }).click();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Signed and recorded.').waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('over plain HTTP, at a name that is not this machine’s own, an entry’s proof is checked', async (t) => {
    if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
    const { port } = new URL(town.node.url);
    const url = `http://town.example:${port}`;
    const { context, page } = await openWindow(browser, url, [], { viewport: PHONE });
    // Stands for the network's own naming; the page itself is at a name that browsers do not trust.
    await context.route(`${url}/**`, async (route) => {
      const asked = route.request().url();
      if (asked.endsWith('/api/v1/live')) return route.abort();
      await route.fulfill({ response: await route.fetch({ url: asked.replace(url, town.node.url) }) });
    });
    await page.goto((await places(town.node.url)).find(({ name }) => name === 'entry')!.path);
    assert.equal(await page.evaluate('isSecureContext'), false);
    assert.equal(await page.evaluate('typeof crypto.subtle'), 'undefined');
    await page
      .getByText(/the proof holds/)
      .first()
      .waitFor();
    await context.close();
  });

  test('what is no certificate is refused, and nothing listens', async (t) => {
    if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
    const file = join(work, 'no.pem');
    writeFileSync(file, 'no certificate');
    const { port } = new URL(town.node.url);
    await assert.rejects(openTlsFront({ host: '127.0.0.1', port: 0 }, Number(port), { cert: file, key: file }), /PEM|no start line/i);
    await assert.rejects(openTlsFront({ host: '127.0.0.1', port: Number(port) }, Number(port), undefined), { code: 'EADDRINUSE' });
  });
});
