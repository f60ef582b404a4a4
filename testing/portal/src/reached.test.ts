/** The demo from another device: over TLS a phone signs; over plain HTTP, where a page has no secure context, it checks as well as anywhere. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { openTlsFront } from '@tabularium/demo';
import { PHONE } from './browser.ts';
import { places } from './places.ts';
import { Rig } from './rig.ts';
import { newTown } from './town.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;

describe('the demo from another device', { timeout: 180_000 }, () => {
  const rig = new Rig(
    async (work) => {
      const town = await newTown(work);
      const { node } = town;
      const front = await openTlsFront(LOOPBACK, Number(new URL(node.url).port), undefined);
      return {
        ...{ node, front },
        close: async () => {
          await front.close();
          await town.close();
        },
      };
    },
    // News of blocks cannot be stood in for; and browsers say what they leave out where there is no TLS.
    { expected: /^http:\/\/town\.example.*(?:ERR_FAILED|Cross-Origin-Opener-Policy)/ },
  );
  const portOf = (): number => Number(new URL(rig.url).port);

  rig.seen(
    'over TLS the desk signs',
    async ({ page }) => {
      assert.equal(await page.evaluate('isSecureContext'), true);
      await page.getByRole('button', { name: 'Mayor' }).click();
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      await page.getByText('Signed and recorded.').waitFor();
    },
    { path: '/desk', at: () => `https://127.0.0.1:${rig.town.front.port}`, ignoreHTTPSErrors: true, viewport: PHONE },
  );

  const named = (): string => `http://town.example:${portOf()}`;
  rig.seen(
    'over plain HTTP, at a name that is not this machine’s own, an entry’s proof is checked',
    async ({ page, context }) => {
      // Stands for the network's own naming; the page itself is at a name that browsers do not trust.
      await context.route(`${named()}/**`, async (route) => {
        const asked = route.request().url();
        if (asked.endsWith('/api/v1/live')) return route.abort();
        await route.fulfill({ response: await route.fetch({ url: asked.replace(named(), rig.url) }) });
      });
      await page.goto((await places(rig.url)).find(({ name }) => name === 'entry')!.path);
      assert.equal(await page.evaluate('isSecureContext'), false);
      assert.equal(await page.evaluate('typeof crypto.subtle'), 'undefined');
      await page
        .getByText(/the proof holds/)
        .first()
        .waitFor();
    },
    { path: 'about:blank', at: named, viewport: PHONE },
  );

  rig.test('what is no certificate is refused, and nothing listens', async () => {
    const file = join(rig.work, 'no.pem');
    writeFileSync(file, 'no certificate');
    await assert.rejects(openTlsFront(LOOPBACK, portOf(), { cert: file, key: file }), /PEM|no start line/i);
    await assert.rejects(openTlsFront({ ...LOOPBACK, port: portOf() }, portOf(), undefined), { code: 'EADDRINUSE' });
  });
});
