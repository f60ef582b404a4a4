/** The launcher on a Node that is too old: it starts the bundled one, or names the fix; and it hands codes and signals on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/tabularium.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tabularium-launcher-'));
after(() => rmSync(folder, { recursive: true }));

/** Loaded first, it makes this Node look like version 20 to the launcher. */
const OLD = join(folder, 'old.cjs');
writeFileSync(OLD, "Object.defineProperty(process.versions, 'node', { value: '20.1.0' });\n");

/** A copy of the launcher with nothing around it, or with a bundled Node that only says what it was asked. */
function place(name: string, bundled: string | undefined): string {
  const home = join(folder, name, 'clients', 'cli');
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  cpSync(BIN, join(home, 'bin', 'tabularium.js'));
  if (bundled !== undefined) {
    const bin = join(folder, name, 'node_modules', `node-linux-${process.arch}`, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), `#!/bin/sh\n${bundled}\n`);
    chmodSync(join(bin, 'node'), 0o755);
  }
  return join(home, 'bin', 'tabularium.js');
}

const launch = (bin: string, args: readonly string[]) =>
  spawnSync(process.execPath, ['--require', OLD, bin, ...args], { encoding: 'utf8' });

test('without a newer Node the fix is named, with a code of its own', () => {
  const { status, stderr } = launch(place('alone', undefined), ['--help']);
  assert.equal(status, 20);
  assert.match(stderr, /needs Node 24 or newer; this is 20\.1\.0\.\nFix: run `npm ci`/);
});

test('with one beside it, that one runs the same command, and its end is handed on', (t) => {
  if (process.platform !== 'linux') return t.diagnostic('passed over: only Linux has a bundled Node');
  const echo = launch(place('beside', 'shift; echo "$@"; exit 7'), ['tx', 'submit', 'a b']);
  assert.deepEqual([echo.status, echo.stdout], [7, 'tx submit a b\n']);
  const killed = launch(place('killed', 'kill -TERM $$; sleep 5'), ['start']);
  assert.equal(killed.signal, 'SIGTERM');
});
