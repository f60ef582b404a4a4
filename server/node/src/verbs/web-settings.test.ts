/** How a node meets browsers is read strictly: an address with a path, a proxy by name, or a staff file that everybody can read, is refused. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NodeFault } from '../node-fault.ts';
import type { VerbCall } from './verb.ts';
import { webOf } from './web-settings.ts';

const read = (values: Record<string, string>, env: Record<string, string> = {}) =>
  webOf({ values, env, positionals: [] } as unknown as VerbCall);
const refused = (values: Record<string, string>, said: RegExp): void =>
  void assert.throws(
    () => read(values),
    (error) => error instanceof NodeFault && error.code === 'usage' && said.test(error.message),
    JSON.stringify(values),
  );

test('by option or by environment, an option first', () => {
  assert.deepEqual(read({}), { trustedProxies: [] });
  const env = { TABULARIUM_PUBLIC_URL: 'https://a.example', TABULARIUM_PROXIES: '10.0.0.0/8,::1', TABULARIUM_WRITES_PER_MINUTE: '0' };
  const { publicUrl, trustedProxies, writesPerMinute } = read({ 'public-url': 'https://b.example' }, env);
  assert.deepEqual([publicUrl?.href, trustedProxies, writesPerMinute], ['https://b.example/', ['10.0.0.0/8', '::1'], 0]);
});

test('what cannot be meant is refused', () => {
  for (const url of ['ledger', 'ftp://a.example', 'https://a.example/path', 'https://a.example/?q', 'https://me@a.example'])
    refused({ 'public-url': url }, /--public-url/);
  for (const proxies of ['proxy.example', '10.0.0.1,all', 'loopback']) refused({ 'behind-proxy': proxies }, /--behind-proxy/);
  refused({ 'writes-per-minute': '-1' }, /--writes-per-minute/);
});

test('the staff file needs a public address, is for its owner’s eyes, and is repeated by no complaint', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-staff-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const staff = join(dir, 'staff.json');
  const url = { 'public-url': 'https://a.example' };
  refused({ staff, ...url }, /cannot be read/);
  const people = { MARKER: { officer: 'mayor-1' } };
  writeFileSync(staff, JSON.stringify({ issuer: 'https://accounts.example', clientId: 'a', clientSecret: 'MARKER', people }), {
    mode: 0o640,
  });
  refused({ staff }, /needs --public-url/);
  assert.equal(read({ staff, ...url }).staff?.people.size, 1);
  chmodSync(staff, 0o644);
  refused({ staff, ...url }, /chmod/);
  writeFileSync(staff, '{"MARKER": 1}');
  chmodSync(staff, 0o600);
  refused({ staff, ...url }, /^(?!.*MARKER).*members besides/);
});
