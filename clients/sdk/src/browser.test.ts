/**
 * The verifier in a real browser, from the very sources Node runs: every vector of receipts and facts, valid and forged, and
 * a signature made in the page. `crypto.subtle` is taken away first, because a page opened over plain HTTP has none either.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { parseTransaction, verifyTransaction } from '@tabularium/protocol';
import { type Browser, chromium } from 'playwright-core';
import { servePage } from './browser-page.ts';

/** What the page imports, by the names of its import map. */
const DOORS = { SDK: '@tabularium/sdk', VERIFY: '@tabularium/verify' };

interface Vector {
  readonly name: string;
  readonly receipt?: string;
  readonly bundle?: string;
  readonly policy: string;
  readonly now?: number;
  readonly maxAge?: number;
  readonly expected: { readonly code?: string };
}

function vectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
}

/** Chromium, installed by the set-up script where it may; otherwise the test says so and passes over. */
async function launched(t: TestContext): Promise<Browser | undefined> {
  const script = fileURLToPath(new URL('../../../tools/setup-chromium.sh', import.meta.url));
  const found = spawnSync('bash', [script], { encoding: 'utf8' });
  if (found.status !== 0) {
    t.diagnostic(`passed over, no browser to test in: ${found.stderr.trim()}`);
    return undefined;
  }
  const browser = await chromium.launch({ executablePath: found.stdout.trim(), args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  return browser;
}

test('in Chromium, without WebCrypto', { timeout: 120_000 }, async (t) => {
  const browser = await launched(t);
  if (browser === undefined) return;
  let submitted = '';
  const server = await servePage((request, response) => {
    if (request.url !== '/api/v1/transactions') return false;
    request.on('data', (chunk) => {
      submitted += chunk;
    });
    request.on('end', () => {
      const parsed = parseTransaction(Buffer.from(submitted), nodeCrypto);
      const name = parsed.ok ? parsed.transaction.name : '';
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ name, index: 5, height: 2, time: 0 }));
    });
    return true;
  });
  t.after(() => server.close());
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.addInitScript(() => {
    Object.defineProperty(Crypto.prototype, 'subtle', {
      get() {
        throw new Error('crypto.subtle was used');
      },
    });
  });
  await page.goto(server.url);

  await t.test('every vector of receipts and facts gets the same answer as in Node', async () => {
    const cases = ['receipt-valid', 'receipt-invalid', 'fact-valid', 'fact-invalid'].flatMap(vectors);
    const answers = await page.evaluate(
      async ({ all, SDK, VERIFY }: { all: readonly Vector[] } & typeof DOORS) => {
        const { nobleCrypto } = await import(SDK);
        const { verifyFact, verifyReceipt } = await import(VERIFY);
        return all.map(({ receipt, bundle, policy, now, maxAge }) => {
          const demand = { ...(now === undefined ? {} : { nowSeconds: now }), ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }) };
          const result =
            receipt === undefined ? verifyFact(bundle, policy, nobleCrypto, demand) : verifyReceipt(receipt, policy, nobleCrypto, now);
          return result.ok ? 'ok' : result.code;
        });
      },
      { all: cases, ...DOORS },
    );
    for (const [i, { name, expected }] of cases.entries()) assert.equal(answers[i], expected.code ?? 'ok', name);
    assert.ok(answers.filter((answer: string) => answer === 'ok').length > 10);
  });

  await t.test('a receipt with any one byte changed is refused, a signature line that the policy does not need excepted', async () => {
    const { receipt, policy, now } = vectors('receipt-valid')[0]!;
    const accepted = await page.evaluate(
      async ({ text, trusted, seconds, SDK }: { text: string; trusted: string; seconds: number } & typeof DOORS) => {
        const { Ledger } = await import(SDK);
        const ledger = new Ledger({ url: 'http://nowhere.invalid', policy: trusted, clock: () => seconds * 1000 });
        const bytes = new TextEncoder().encode(text);
        const places: number[] = [];
        for (let i = 0; i < bytes.length; i += 23) {
          const changed = bytes.slice();
          changed[i]! ^= 1;
          if (ledger.verifyReceipt(changed).ok) places.push(i);
        }
        return places;
      },
      { text: receipt!, trusted: policy, seconds: now!, ...DOORS },
    );
    const signatures = Buffer.from(receipt!).indexOf('\u2014 ');
    assert.deepEqual(
      accepted.filter((place: number) => place < signatures),
      [],
    );
  });

  await t.test('a transaction signed and sent by the page is one', async () => {
    const outcome = await page.evaluate(async ({ SDK }: typeof DOORS) => {
      const { Ledger, es256Signer, generatePrivateJwk } = await import(SDK);
      const signer = es256Signer(generatePrivateJwk());
      const ledger = new Ledger({
        url: (globalThis as unknown as { readonly location: URL }).location.origin,
        origin: 'town.example/0123456789abcdef',
      });
      const { kind, name, signed } = await ledger.act({ action: 'treasury.payment.order', body: { payable: '7' } }, signer);
      return { kind, same: name === signed.name, jwk: signer.jwk };
    }, DOORS);
    const parsed = parseTransaction(Buffer.from(submitted), nodeCrypto);
    assert.ok(parsed.ok);
    assert.ok(verifyTransaction(parsed.transaction, { kind: 'es256', jwk: outcome.jwk }, nodeCrypto));
    assert.deepEqual([outcome.kind, outcome.same], ['accepted', true]);
  });

  assert.deepEqual(faults, []);
});
