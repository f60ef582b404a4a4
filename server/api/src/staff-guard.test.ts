/** Before every route: what only staff see, how often one address may ask, and the headers under which an answer leaves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeHttpServer } from './http-server.ts';
import { addRateLimits } from './rate-limits.ts';
import { staffOnly, watchersOnly } from './staff-guard.ts';

const SESSIONS = { clerk: { isOperator: false }, operator: { isOperator: true } };
const staff = {
  origin: 'https://ledger.town.example',
  sessionOf: (cookie: string | undefined) => {
    const session = SESSIONS[cookie as keyof typeof SESSIONS];
    return session === undefined ? undefined : { ...session, csrf: 'a word', started: 0 };
  },
  mayWatch: (authorization: string | undefined) => authorization === 'Bearer a secret',
};

describe('what only staff see', () => {
  const app = makeHttpServer({});
  app.get('/inside', { onRequest: staffOnly(staff) }, async () => ({ secret: true }));
  app.post('/inside', { onRequest: staffOnly(staff, { operator: true }) }, async () => ({ done: true }));
  app.get('/closed', { onRequest: staffOnly(undefined) }, async () => ({ secret: true }));
  const ask = (method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}) => app.inject({ method, url, headers });

  test('a session opens it; its answer stays out of caches and other sites', async () => {
    const answer = await ask('GET', '/inside', { cookie: 'clerk' });
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    const refused = await ask('GET', '/inside');
    assert.deepEqual([refused.statusCode, refused.json().code, refused.headers['cache-control']], [401, 'sign-in-needed', 'no-store']);
    assert.equal((await ask('GET', '/closed', { cookie: 'operator' })).json().code, 'sign-in-needed');
  });

  test('what changes something takes an operator, and the word of a page of ours', async () => {
    const ours = { origin: staff.origin, 'x-csrf-token': 'a word' };
    assert.equal((await ask('POST', '/inside', { cookie: 'operator', ...ours })).statusCode, 200);
    assert.deepEqual((await ask('POST', '/inside', { cookie: 'clerk', ...ours })).json().code, 'not-for-you');
    assert.equal((await ask('POST', '/inside', { cookie: 'operator' })).json().code, 'request-forged');
    const foreign = { ...ours, origin: 'https://evil.example' };
    assert.equal((await ask('POST', '/inside', { cookie: 'operator', ...foreign })).json().code, 'request-forged');
  });
});

describe('how the machine is', () => {
  const app = makeHttpServer({});
  app.get('/watched', { onRequest: watchersOnly(staff) }, async () => 'full');
  app.get('/open', { onRequest: watchersOnly(undefined) }, async () => 'full');

  test('is for its operator and for programs with the word for it; where nobody signs in, for whoever asks', async () => {
    const codes: readonly [headers: Record<string, string>, status: number][] = [
      [{ cookie: 'operator' }, 200],
      [{ authorization: 'Bearer a secret' }, 200],
      [{ cookie: 'clerk' }, 403],
      [{ authorization: 'Bearer another' }, 401],
      [{ cookie: 'clerk', authorization: 'Bearer a secret' }, 200],
      [{}, 401],
    ];
    for (const [headers, status] of codes) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await app.inject({ method, url: '/watched', headers });
        assert.equal(answer.statusCode, status, JSON.stringify(headers));
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
    }
    assert.equal((await app.inject({ url: '/open' })).statusCode, 200);
  });
});

describe('how often one address may write', () => {
  const write = async (limit: number, proxies: readonly string[], from: readonly (readonly [address: string, forwarded?: string])[]) => {
    const app = makeHttpServer({ trustedProxies: proxies });
    await addRateLimits(app, limit);
    app.post('/api/one', async () => 'one');
    app.post('/api/two', async () => 'two');
    app.get('/api/one', async () => 'read');
    const statuses: number[] = [];
    for (const [n, [remoteAddress, forwarded]] of from.entries()) {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      const answer = await app.inject({ method: 'POST', url: n % 2 === 0 ? '/api/one' : '/api/two', remoteAddress, headers });
      if (answer.statusCode === 429) {
        assert.equal(answer.json().code, 'too-many-requests');
        assert.match(String(answer.headers['retry-after']), /^[1-9]\d?$/);
      }
      statuses.push(answer.statusCode);
    }
    assert.equal((await app.inject({ url: '/api/one', remoteAddress: from.at(-1)![0] })).statusCode, 200);
    return statuses;
  };
  const OTHER = ['203.0.113.7'] as const;

  test('all writing addresses count as one; others are not held up, nor is reading', async () => {
    assert.deepEqual(await write(2, [], [OTHER, OTHER, OTHER, ['203.0.113.8']]), [200, 200, 429, 200]);
  });

  test('nobody gets a new address by naming one; a trusted proxy names it', async () => {
    assert.deepEqual(
      await write(
        1,
        [],
        [
          [OTHER[0], '198.51.100.1'],
          [OTHER[0], '198.51.100.2'],
        ],
      ),
      [200, 429],
    );
    const proxied = [
      ['127.0.0.1', '198.51.100.1'],
      ['127.0.0.1', '198.51.100.2'],
      ['127.0.0.1', '198.51.100.1'],
    ] as const;
    assert.deepEqual(await write(1, ['127.0.0.1'], proxied), [200, 200, 429]);
  });

  test('this machine, and whoever sets 0, has no limit', async () => {
    assert.deepEqual(await write(1, [], [['127.0.0.1'], ['::1'], ['127.0.0.1']]), [200, 200, 200]);
    assert.deepEqual(await write(0, [], [OTHER, OTHER]), [200, 200]);
  });
});

describe('headers', () => {
  test('whatever is no page runs nothing and stands in no frame; over TLS, browsers stay with TLS', async () => {
    for (const isSecure of [false, true]) {
      const app = makeHttpServer({ isSecure });
      app.get('/data', async () => ({}));
      for (const url of ['/data', '/nowhere']) {
        const { headers } = await app.inject({ url });
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
        assert.equal(headers['strict-transport-security'], isSecure ? 'max-age=63072000' : undefined);
      }
    }
  });
});
