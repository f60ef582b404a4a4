/** Where the office's sign-in service does not answer, people are told so, and it is asked anew the next time. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Staff } from './staff.ts';

test('a provider that does not answer keeps nobody waiting, and is found once it is there', async (t) => {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const issuer = `http://localhost:${port}/`;
    asked++;
    if (asked === 1 || !request.url?.endsWith('/openid-configuration')) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}auth`, token_endpoint: `${issuer}token` }));
  });
  let asked = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = new URL(`http://localhost:${(server.address() as AddressInfo).port}/`);
  const settings = { issuer, clientId: 'tabularium', clientSecret: 'secret', claim: 'sub', people: new Map() };
  const staff = new Staff({ settings, publicUrl: new URL('https://ledger.town.example'), clock: () => 0 });
  assert.deepEqual(await staff.begin('/'), { location: '/sign-in?trouble=unreachable', cookies: [], fault: 'unreachable' });
  const { location, cookies } = await staff.begin('/');
  const { searchParams } = new URL(location);
  assert.equal(searchParams.get('redirect_uri'), 'https://ledger.town.example/auth/callback');
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
  for (const member of ['state', 'nonce', 'code_challenge']) assert.ok(searchParams.get(member)!.length >= 43, member);
  assert.match(cookies[0]!, /^__Host-tabularium-sign-in=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});
