/** Over TLS a cookie is bound to its host; what another has put beside it is not believed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCookie, sessionCookie, setCookie, signInCookie } from './cookie.ts';

const VALUE = 'A'.repeat(43);

test('over TLS both bear the prefix that binds them to this host', () => {
  assert.equal(setCookie(sessionCookie(true), VALUE), `__Host-tabularium-session=${VALUE}; Path=/; Secure; HttpOnly; SameSite=Strict`);
  assert.equal(setCookie(signInCookie(true)), '__Host-tabularium-sign-in=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0');
  assert.equal(setCookie(sessionCookie(false), VALUE), `tabularium-session=${VALUE}; Path=/; HttpOnly; SameSite=Strict`);
});

test('a cookie is read by its whole name; one that stands twice, or is no name of ours, is none', () => {
  const cookie = sessionCookie(true);
  assert.equal(readCookie(cookie, `a=b; __Host-tabularium-session=${VALUE}`), VALUE);
  for (const header of [
    undefined,
    '',
    `tabularium-session=${VALUE}`,
    `__host-tabularium-session=${VALUE}`,
    `x__Host-tabularium-session=${VALUE}`,
    `__Host-tabularium-session=${VALUE}; __Host-tabularium-session=${'B'.repeat(43)}`,
    `__Host-tabularium-session=${VALUE}A`,
    `__Host-tabularium-session="${VALUE}"`,
    '__Host-tabularium-session',
  ])
    assert.equal(readCookie(cookie, header), undefined, header);
});
