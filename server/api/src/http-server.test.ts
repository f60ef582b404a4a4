/** What every address has in common: methods, unknown addresses, preflights, what is logged; and how the API describes itself. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { openTown } from './town-rig.test.ts';

const { town, get, post, rawRequest, close } = await openTown();
after(close);

describe('the node over HTTP', () => {
  test('health, metrics and the API’s description', async () => {
    const health = await get('/health');
    assert.deepEqual([health.status, health.json.status], [200, 'ok']);
    const metrics = (await get('/metrics')).text;
    assert.match(metrics, /tabularium_transactions_total\{outcome="accepted"\} [1-9]/);
    assert.match(metrics, /tabularium_submit_seconds_count [1-9]/);
    const { json: described } = await get('/api/openapi.json');
    assert.match(String(described.openapi), /^3\.1/);
    const paths = Object.keys(described.paths as object);
    for (const path of [
      '/api/v1/transactions',
      '/api/v1/transactions/batch',
      '/api/v1/transactions/{name}',
      '/api/v1/check',
      '/api/v1/blocks',
      '/api/v1/blocks/{height}',
      '/api/v1/receipts/{name}',
      '/api/v1/facts/{module}/{collection}/{id}',
      '/api/v1/texts',
      '/api/v1/texts/{digest}',
      '/api/v1/charter',
      '/log/checkpoint',
      '/log/vkey',
      '/log/policy',
      '/health',
      '/metrics',
      '/api/v1/treasury/lines',
      '/api/v1/treasury/lines/{id}',
      '/api/v1/treasury/lines/sums',
    ]) {
      assert.ok(paths.includes(path), `${path} is not described`);
    }
    const bodies = described.paths as Record<string, { post: { requestBody: { content: object } } }>;
    assert.deepEqual(Object.keys(bodies['/api/v1/transactions']!.post.requestBody.content), ['text/plain', 'application/json']);
    assert.deepEqual(Object.keys(bodies['/api/v1/check']!.post.requestBody.content), ['application/json']);
    const schemas = (described.components as { schemas: Record<string, unknown> }).schemas;
    for (const module of catalogue) {
      for (const [action, { internal }] of Object.entries(module.actions))
        assert.equal(`${module.name}.${action}` in schemas, internal !== true);
    }
    assert.doesNotMatch(JSON.stringify(described), /"\$ref":"#\/definitions/);
  });
});

describe('at the edges', () => {
  test('a wrong method is 405 with Allow, an unknown address 404, a preflight for reads 204', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/api/v1/transactions', 'GET, HEAD, POST, OPTIONS'],
      ['PUT', '/api/v1/blocks/1', 'GET, HEAD, OPTIONS'],
      ['GET', '/api/v1/check', 'POST, OPTIONS'],
      ['POST', '/log/tile/0/000', 'GET, HEAD, OPTIONS'],
      ['TRACE', '/api/v1/blocks', 'GET, HEAD, OPTIONS'],
      ['PATCH', '/api/v1/treasury/lines', 'GET, HEAD, OPTIONS'],
      ['QUERY', '/api/v1/treasury/lines', 'GET, HEAD, OPTIONS'],
      ['PUT', '/api/v1/transactions/batch', 'POST, OPTIONS'],
      ['GET', '/api/v1/transactions/batch', 'POST, OPTIONS'],
      ['GET', '/api/v1/transactions/batch?receipts=false', 'POST, OPTIONS'],
      ['HEAD', '/api/v1/transactions/batch', 'POST, OPTIONS'],
    ] as const) {
      const { status, headers } = await rawRequest(method, path);
      assert.deepEqual([status, headers.allow], [405, allow], `${method} ${path}`);
    }
    const batch = await get('/api/v1/transactions/batch');
    assert.deepEqual([batch.json.code, batch.json.status], ['method-not-allowed', 405]);
    assert.equal((await get('/api/v1/nothing')).json.code, 'not-found');
    assert.equal((await rawRequest('DELETE', '/nowhere')).status, 404);
    const long = await get(`/api/v1/treasury/lines/MARKER-${'x'.repeat(2000)}`);
    assert.deepEqual([long.status, long.json.code], [404, 'not-found']);
    const bad = await get('/api/v1/treasury/lines/MARKER-%E0%A4%A');
    assert.deepEqual([bad.status, bad.json.code], [400, 'request-malformed']);
    for (const answer of [long, bad]) assert.doesNotMatch(answer.text, /MARKER/);
    const { json: described } = await get('/api/openapi.json');
    const taken = Object.entries(described.paths as Record<string, object>).filter(([path]) => !path.includes('{') && !path.includes('*'));
    for (const [path, operations] of taken) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (method.toLowerCase() in operations) continue;
        const { status, headers } = await rawRequest(method, path);
        assert.equal(status, 405, `${method} ${path}`);
        assert.ok(String(headers.allow).includes('POST') === 'post' in operations, `${method} ${path}: ${String(headers.allow)}`);
      }
    }
    const preflight = await rawRequest('OPTIONS', '/api/v1/blocks');
    assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, '*']);
    const write = await rawRequest('OPTIONS', '/api/v1/check');
    assert.deepEqual([write.status, write.headers['access-control-allow-origin']], [204, undefined]);
    assert.equal((await rawRequest('HEAD', '/api/v1/blocks')).status, 200);
  });

  test('whatever is answered is of a type that the description names', async () => {
    const { json: described } = await get('/api/openapi.json');
    type Operations = { readonly get?: { readonly responses: Readonly<Record<string, { readonly content?: object }>> } };
    const asked = Object.entries(described.paths as Record<string, Operations>).filter(
      ([path, operations]) => operations.get !== undefined && !path.includes('{') && path !== '/api/v1/live',
    );
    assert.ok(asked.some(([path]) => path.startsWith('/data/')));
    for (const [path, operations] of asked) {
      const { status, headers } = await rawRequest('GET', path);
      const named = Object.keys(operations.get!.responses[status]?.content ?? {}).map((type) => type.split(';')[0]);
      assert.ok(named.includes(String(headers['content-type']).split(';')[0]), `${path}: ${status} ${String(headers['content-type'])}`);
    }
  });

  test('nothing that was sent stands in the log', async () => {
    const marker = 'MARKER-7261';
    await post('/api/v1/transactions', `${marker}.${marker}.${marker}`);
    await post('/api/v1/check', JSON.stringify({ marker }), 'application/json');
    await get(`/api/v1/treasury/lines?search=${marker}`);
    await get(`/entries?q=${marker}`);
    await get(`/record/${marker}/${marker}/${marker}`);
    await get(`/${marker}`);
    assert.ok(!town.log.join('').includes(marker));
    assert.ok(!/remoteAddress|remotePort|"ip"/.test(town.log.join('')), 'no address of a client');
  });
});
