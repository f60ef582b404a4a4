/**
 * Staff sign-in against a real OpenID provider: in, out, timed out; what was forged, replayed or stolen; and that whoever has a session, and no
 * key, changes nothing. Once in a real Chromium.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { type SmallTown, signAs } from '@tabularium/demo';
import { launchChromium, openWindow } from './browser.ts';
import { openStaffedTown, type StaffedTown } from './staffed-town.ts';
import { buildPortal } from './town.ts';
import { Visitor } from './visitor.ts';

const PATIENCE_MS = 180_000;

describe('staff sign-in', { timeout: PATIENCE_MS }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-sign-in-'));
  const logged: string[] = [];
  let staffed: StaffedTown;
  let town: SmallTown;
  let url: string;

  before(async () => {
    buildPortal();
    const log = (...words: unknown[]): void => void logged.push(JSON.stringify(words));
    const logger = {
      level: 'debug',
      fatal: log,
      error: log,
      warn: log,
      info: log,
      debug: log,
      trace: log,
      silent: log,
      child: () => logger,
    };
    staffed = await openStaffedTown(work, { logger: logger as never });
    ({ town, url } = staffed);
  });
  after(async () => {
    await staffed?.close();
    rmSync(work, { recursive: true, force: true });
  });

  const callback = (): string => `${url}/auth/callback`;
  /** Signs in and comes back. */
  async function signedIn(login = 'ada@town.example', to = '/desk'): Promise<{ readonly visitor: Visitor; readonly location: string }> {
    const visitor = new Visitor();
    const back = await visitor.signIn(`${url}/auth/login?to=${encodeURIComponent(to)}`, login, callback());
    const answer = await visitor.ask(back);
    assert.equal(answer.status, 303);
    return { visitor, location: answer.headers.get('location')! };
  }
  const sessionOf = async (visitor: Visitor) => (await (await visitor.ask(`${url}/auth/session`)).json()) as Record<string, unknown>;

  test('who the office vouches for is let in, under a name that says nothing, in a cookie that no script reads', async () => {
    const { visitor, location } = await signedIn();
    assert.equal(location, '/desk');
    const cookie = visitor.setCookies.find((line) => line.startsWith('tabularium-session='))!;
    assert.match(cookie, /^tabularium-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const answer = await visitor.ask(`${url}/auth/session`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    const session = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual([session.signedIn, session.officer, session.isOperator], [true, 'mayor-1', false]);
    assert.deepEqual(await sessionOf(new Visitor()), { available: true, signedIn: false });
    assert.deepEqual([(await sessionOf((await signedIn('ops@town.example')).visitor)).isOperator], [true]);
  });

  test('nobody is sent elsewhere afterwards', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '\t//evil.example',
    ]) {
      const { location } = await signedIn('ada@town.example', to);
      assert.equal(new URL(location, url).origin, url, to);
      assert.ok(!location.startsWith('//'), to);
    }
  });

  test('each sign-in has a session of its own, and the one before it is over', async () => {
    const { visitor } = await signedIn();
    const jar = visitor.cookies.get(url)!;
    const before = jar.get('tabularium-session')!;
    const back = await visitor.signIn(`${url}/auth/login`, 'ada@town.example', callback());
    await visitor.ask(back);
    assert.notEqual(jar.get('tabularium-session'), before);
    jar.set('tabularium-session', before);
    assert.equal((await sessionOf(visitor)).signedIn, false);
  });

  test('signing out takes the word of a page of ours; then the session is over, wherever its cookie is', async () => {
    const { visitor } = await signedIn();
    const { csrf } = (await sessionOf(visitor)) as { readonly csrf: string };
    const leave = (headers: Record<string, string>) => visitor.ask(`${url}/auth/logout`, { method: 'POST', headers });
    for (const headers of [
      {},
      { 'x-csrf-token': csrf },
      { origin: url },
      { origin: url, 'x-csrf-token': `${csrf.slice(1)}A` },
      { origin: 'https://evil.example', 'x-csrf-token': csrf },
      { origin: url, 'sec-fetch-site': 'cross-site', 'x-csrf-token': csrf },
    ] as Record<string, string>[]) {
      const refused = await leave(headers);
      assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [403, 'request-forged']);
    }
    const name = visitor.cookies.get(url)!.get('tabularium-session')!;
    assert.equal((await leave({ origin: url, 'x-csrf-token': csrf })).status, 204);
    visitor.cookies.get(url)!.set('tabularium-session', name);
    assert.equal((await sessionOf(visitor)).signedIn, false);
    const again = await leave({ origin: url, 'x-csrf-token': csrf });
    assert.deepEqual([again.status, ((await again.json()) as { code: string }).code], [401, 'sign-in-needed']);
  });

  test('a stranger, a forged state, a replayed code, a code from somebody else’s sign-in: nobody gets in', async () => {
    const trouble = async (visitor: Visitor, back: string): Promise<string> => {
      const answer = await visitor.ask(back);
      assert.equal((await sessionOf(visitor)).signedIn, false);
      return answer.headers.get('location')!;
    };
    const start = async (login: string) => {
      const visitor = new Visitor();
      return { visitor, back: await visitor.signIn(`${url}/auth/login`, login, callback()) };
    };
    const stranger = await start('eve@elsewhere.example');
    assert.equal(await trouble(stranger.visitor, stranger.back), '/sign-in?trouble=stranger');

    const forged = await start('ada@town.example');
    const other = new URL(forged.back);
    other.searchParams.set('state', 'made-up');
    assert.equal(await trouble(forged.visitor, other.href), '/sign-in?trouble=failed');
    assert.equal(await trouble(forged.visitor, forged.back), '/sign-in?trouble=failed', 'good once only, even for what failed');

    const victim = await start('ada@town.example');
    assert.equal(await trouble(new Visitor(), victim.back), '/sign-in?trouble=failed', 'without the cookie it set out with');
    const attacker = await start('ada@town.example');
    const injected = new URL(attacker.back);
    injected.searchParams.set('code', new URL(victim.back).searchParams.get('code')!);
    assert.equal(await trouble(attacker.visitor, injected.href), '/sign-in?trouble=failed', 'PKCE binds a code to who asked for it');

    const { visitor, back } = await start('ada@town.example');
    await visitor.ask(back);
    assert.equal((await sessionOf(visitor)).signedIn, true);
    const replayed = new Visitor();
    for (const [origin, jar] of visitor.cookies) replayed.cookies.set(origin, new Map(jar));
    replayed.cookies.get(url)!.delete('tabularium-session');
    assert.equal(await trouble(replayed, back), '/sign-in?trouble=failed');
  });

  test('a stolen session shows and does not act: without a key that fits, a transaction is refused', async () => {
    const { visitor } = await signedIn();
    const body = { action: 'kernel.charter.amend', body: { amendQuorum: 2 } };
    const signed = signAs(town.place, 'mayor-1', { ledger: town.node.origin, action: 'kernel.propose', body });
    const [header, payload, signature] = Buffer.from(signed).toString().split('.') as [string, string, string];
    const { size } = town.node.storage.head();
    const send = async (text: string) => {
      const answer = await visitor.ask(`${url}/api/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: text,
      });
      return [answer.status, ((await answer.json()) as { readonly code: string }).code];
    };
    const fromOther = signAs(town.place, 'council-1', { ledger: town.node.origin, action: 'kernel.propose', body });
    const foreign = Buffer.from(fromOther).toString().split('.')[2]!;
    assert.deepEqual(await send(`${header}.${payload}.${foreign}`), [401, 'kernel.signature-invalid']);
    const changed = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"amendQuorum":2', '"amendQuorum":1')).toString(
      'base64url',
    );
    assert.deepEqual(await send(`${header}.${changed}.${signature}`), [401, 'kernel.signature-invalid']);
    assert.equal((await send(`${header}.${payload}.`))[0], 400);
    assert.equal(town.node.storage.head().size, size);
  });

  test('in Chromium: in with the office’s account, told who one is, and out', async (t: TestContext) => {
    const browser = await launchChromium();
    if (typeof browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${browser}`);
    t.after(() => browser.close());
    const { page } = await openWindow(browser, url, []);
    await page.goto('/sign-in?trouble=stranger');
    await page.getByText('Your account is known, but not as staff of this record.').waitFor();
    await page.getByRole('link', { name: 'Sign in with your office account' }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
    await page.getByRole('link', { name: 'Sign in with your office account' }).click();
    await page.locator('input[name=login]').fill('ada@town.example');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click();
    await page.getByText('You are signed in as mayor-1.').waitFor();
    assert.equal(await page.evaluate('document.cookie'), '');
    // Signed in, and still nobody's key is here: the desk has nothing to sign with.
    await page.goto('/desk');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sign', exact: true }).count(), 0);
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with your office account' }).waitFor();
  });

  test('who signs in too often waits, and nothing that names a person was logged', async () => {
    const visitor = new Visitor();
    let answer = await visitor.ask(`${url}/auth/login`);
    for (let tries = 0; tries < 30 && answer.status !== 429; tries++) answer = await visitor.ask(`${url}/auth/login`);
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [429, 'too-many-requests']);
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    assert.match(logged.join('\n'), /sign-in refused/);
    assert.doesNotMatch(logged.join('\n'), /town\.example|elsewhere\.example|code=|state=/);
  });
});
