/** The page for scripts and the codes in the source say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXIT_CODES } from './exit-codes.ts';

test('docs/operate/exit-codes.md lists every code of the client, and each number once', () => {
  const page = readFileSync(new URL('../../../docs/operate/exit-codes.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| ([0-9]+) \| ([a-z-]+) \|/gm)].map(([, code, name]) => [name, Number(code)] as const);
  assert.equal(new Set(listed.map(([, code]) => code)).size, listed.length);
  const client = listed.filter(([, code]) => code < 3 || code >= 20);
  assert.deepEqual(Object.fromEntries(client), EXIT_CODES);
  const launcher = readFileSync(new URL('../bin/tabularium.js', import.meta.url), 'utf8');
  assert.ok(launcher.includes(`const EXIT_NODE_TOO_OLD = ${EXIT_CODES['node-too-old']};`));
});
