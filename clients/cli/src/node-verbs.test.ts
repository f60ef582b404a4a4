/** The verbs on a data directory, through the command: a ledger is founded, runs, is asked, ends when told, and passes its audit. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from './exit-codes.ts';
import { NODE_VERBS } from './node-process.ts';

const BIN = fileURLToPath(new URL('../bin/tabularium.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tabularium-verbs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; out: string; err: string }> } {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env: { PATH: process.env.PATH ?? '' } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) };
}
const tabularium = (...args: string[]) => start(...args).ended;

/** The line with which a long-running command says that it is ready. */
function ready(child: ChildProcess): Promise<Record<string, string>> {
  let text = '';
  return new Promise((resolve, reject) => {
    // The stream stays open: the command has more to say when it ends.
    child.stdout!.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n').slice(0, -1);
      const found = lines.map((line) => JSON.parse(line) as Record<string, string>).find(({ event }) => event === 'ready');
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(`it ended without being ready: ${text}`)));
  });
}

test('each verb explains itself', async () => {
  for (const verb of Object.keys(NODE_VERBS)) {
    const { code, out } = await tabularium(verb, '--help');
    assert.deepEqual([code, out.startsWith(`tabularium ${verb}`)], [0, true], verb);
  }
});

test('found, start, witness, ask, verify, stop, audit', { timeout: 120_000 }, async (t) => {
  const founded = await tabularium('init', '--data', 'town', '--name', 'office.example', '--profile', 'small', '--demo', '--json');
  assert.equal(founded.code, 0, founded.err);
  const taken = await tabularium('--json', 'init', '--data', 'town', '--name', 'office.example', '--demo');
  assert.deepEqual([taken.code, JSON.parse(taken.err).error], [6, 'directory-taken']);

  const node = spawn(process.execPath, [BIN, 'start', '--data', 'town', '--port', '0', '--json'], { cwd: folder });
  t.after(() => node.kill());
  const { url } = await ready(node);
  const witness = spawn(
    process.execPath,
    [BIN, 'witness', '--data', 'court', '--name', 'audit.example/w1', '--log', url!, '--port', '0', '--json'],
    { cwd: folder },
  );
  t.after(() => witness.kill());
  assert.match((await ready(witness)).vkey!, /^audit\.example\/w1\+/);

  const act = (officer: string, action: string, as: string, body: object, ...more: string[]) =>
    tabularium(
      'tx',
      'sign',
      action,
      '--as',
      as,
      '--body',
      JSON.stringify(body),
      '--key',
      `town/officers/${officer}-1.key.json`,
      '--url',
      url!,
      '--submit',
      '--json',
      ...more,
    );
  const year = { year: '2026', from: '2026-01-01', to: '2026-12-31' };
  const alone = await act('accountant', 'treasury.year.open', 'accountant@office', year);
  assert.equal(alone.code, EXIT_CODES.refused);
  assert.match(JSON.parse(alone.err).next, /kernel\.propose/);
  const proposed = await act('accountant', 'kernel.propose', 'accountant@office', { action: 'treasury.year.open', body: year });
  assert.equal(proposed.code, 0, proposed.err);
  const { name: proposal } = JSON.parse(proposed.out).outcome;
  const approved = await act('head', 'kernel.approve', 'mayor@office', { proposal }, '--receipt', 'year.tlog-proof');
  assert.equal(approved.code, 0, approved.err);
  const fact = await tabularium('fact', 'treasury/year/2026', '--url', url!);
  assert.match(JSON.parse(fact.out).value, /"rev":1/);
  const policy = await tabularium('policy', '--url', url!);
  writeFileSync(join(folder, 'town.policy'), policy.out);
  const verified = await tabularium('verify', 'year.tlog-proof', '--policy', 'town.policy');
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /not yet witnessed outside this office: it is new, .* fetch it again shortly/);
  const audit = await tabularium('audit', url!, '--json');
  assert.equal(audit.code, 0, audit.err);

  for (const child of [node, witness]) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  }
  const offline = await tabularium('audit', 'town');
  assert.equal(offline.code, 0, offline.err);
  assert.match(offline.out, /\nno difference: .*, \d+ entries, root [0-9a-f]{64}\n$/);
});

test('what is not there is named with the code of the node', async () => {
  const missing = await tabularium('audit', 'nowhere', '--json');
  const fault = JSON.parse(missing.err);
  assert.deepEqual([missing.code, fault.error, fault.exit], [5, 'no-ledger', 5]);
  assert.equal((await tabularium('start', '--no-such-option')).code, EXIT_CODES.usage);
});
