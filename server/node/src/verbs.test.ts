/** The commands on a data directory as a script sees them: real processes, lines of JSON, exit codes (docs/operate/exit-codes.md). */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateNodeKeys } from '@tabularium/crypto';
import { PROFILES, profileDraft } from './founding-profiles.ts';
import { EXIT_CODES } from './node-fault.ts';
import { nodeEntry } from './node-identity.ts';
import { newKey } from './node-rig.test.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

type Message = Readonly<Record<string, unknown>> & { readonly event: string };

interface Ended {
  readonly code: number;
  readonly said: readonly Message[];
  /** The fault, if any. */
  readonly fault: { readonly error: string; readonly exit: number; readonly message: string; readonly next?: string } | undefined;
}

function spawned(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
}

async function run(...args: string[]): Promise<Ended> {
  const child = spawned(args);
  const [out, err] = [textOf(child.stdout!), textOf(child.stderr!)];
  const [code] = (await once(child, 'exit')) as [number];
  const lines = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('{'));
  const [fault] = lines(await err).flatMap((line) => {
    const parsed = JSON.parse(line) as Ended['fault'] & object;
    return 'error' in parsed ? [parsed] : [];
  });
  return { code, said: lines(await out).map((line) => JSON.parse(line) as Message), fault };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

async function ready(child: ChildProcess): Promise<Message> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const message = JSON.parse(line) as Message;
    if (message.event === 'ready') return message;
  }
  throw new Error(`it ended with exit code ${child.exitCode}`);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  return ((await exit) as [number | null])[0];
}

describe('commands on a data directory', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-verbs-'));
  const town = join(dir, 'town');
  after(() => rmSync(dir, { recursive: true, force: true }));

  test('init names every key that is missing, refuses private ones, and founds with public ones', async () => {
    const bare = await run('init', '--data', town, '--name', 'town.example', '--profile', 'small');
    assert.deepEqual([bare.code, bare.fault?.error], [EXIT_CODES['input-invalid'], 'input-invalid']);
    assert.match(bare.fault!.message, /head \(2\), clerk \(2\), accountant \(2\), reviewer \(2\)/);
    const officers = ['head', 'clerk', 'accountant', 'reviewer'].flatMap((post) =>
      [1, 2].flatMap((n) => {
        const path = join(dir, `${post}-${n}.pub.json`);
        const { kid, enrolled } = newKey();
        writeFileSync(path, JSON.stringify({ kid, jwk: enrolled.jwk }));
        return ['--officer', `${post}=${path}`];
      }),
    );
    const leaked = join(dir, 'leaked.json');
    writeFileSync(leaked, JSON.stringify({ ...newKey().enrolled.jwk, d: 'AAAA' }));
    const secret = await run(
      'init',
      '--data',
      town,
      '--name',
      'town.example',
      '--profile',
      'small',
      ...officers,
      '--officer',
      `head=${leaked}`,
    );
    assert.match(secret.fault!.message, /private key/);
    const founded = await run('init', '--data', town, '--name', 'town.example', '--profile', 'small', ...officers);
    assert.deepEqual([founded.code, founded.said[0]?.event, founded.said[0]?.accepted], [0, 'founded', false], JSON.stringify(founded));
    const again = await run('init', '--data', town, '--name', 'town.example', '--demo');
    assert.equal(again.fault?.error, 'directory-taken');
  });

  test('init warns of what the charter’s officers could never sign', async () => {
    const keys = Object.fromEntries(Object.keys(PROFILES.small.posts).map((post) => [post, [newKey().enrolled, newKey().enrolled]]));
    const node = nodeEntry(generateNodeKeys());
    const named = { name: 'lone.example', zone: 'Europe/Vienna', holidays: [], witnesses: {}, log: 'public' } as const;
    const { nodes: _, ...draft } = profileDraft({ profile: 'small', ...named, keys, node, now: Date.now() });
    const file = join(dir, 'draft.json');
    // One reviewer, and the charter asks for two of the review body.
    writeFileSync(file, JSON.stringify({ ...draft, review: { agencies: ['review'] } }));
    const { code, said } = await run('init', '--data', join(dir, 'lone'), '--charter', file);
    assert.deepEqual([code, said.map(({ event }) => event)], [0, ['founded', 'note']], JSON.stringify(said));
    assert.match(String(said[1]!.message), /^warning: kernel\.order\.execute needs 2 officers of a court or review body, .* only 1 /);
  });

  test('init --demo founds a town whose officers have accepted', async () => {
    const demo = join(dir, 'demo');
    const { code, said } = await run('init', '--data', demo, '--name', 'demo.example', '--demo');
    assert.deepEqual([code, said[0]?.accepted, said.length], [0, true, 1]);
    const key = JSON.parse(readFileSync(join(demo, 'officers', 'mayor-1.key.json'), 'utf8')) as {
      readonly d: string;
      readonly kid: string;
    };
    assert.ok(key.d.length === 43 && key.kid.length === 43);
  });

  test('start runs until a signal; meanwhile backup and audit work, and nobody else starts', async () => {
    const child = spawned(['start', '--data', join(dir, 'demo'), '--port', '0']);
    const { url } = await ready(child);
    try {
      assert.equal((await fetch(`${String(url)}/health`)).status, 200);
      const second = await run('start', '--data', join(dir, 'demo'), '--port', '0');
      assert.deepEqual([second.code, second.fault?.error], [EXIT_CODES['directory-in-use'], 'directory-in-use']);
      const saved = await run('backup', '--data', join(dir, 'demo'), '--keys', join(dir, 'saved'));
      assert.deepEqual([saved.code, saved.said.at(-1)?.event], [0, 'backup'], JSON.stringify(saved));
      for (const source of [String(url), join(dir, 'demo')]) {
        const { code, said } = await run('audit', source);
        assert.deepEqual([code, said.at(-1)?.ok], [0, true], JSON.stringify(said));
        const earlier = join(dir, 'earlier.json');
        writeFileSync(earlier, said.map((line) => `${JSON.stringify(line)}\n`).join(''));
        assert.equal((await run('audit', source, '--since', earlier)).code, 0);
        writeFileSync(earlier, JSON.stringify({ event: 'audit', texts: { without: [], leaves: { 'other.example/0123456789abcdef': 7 } } }));
        assert.equal((await run('audit', source, '--since', earlier)).fault?.error, 'input-invalid');
        writeFileSync(earlier, 'nonsense');
        assert.equal((await run('audit', source, '--since', earlier)).fault?.error, 'input-invalid');
      }
      const taken = await run('start', '--data', town, '--port', new URL(String(url)).port);
      assert.equal(taken.fault?.error, 'address-in-use');
    } finally {
      assert.equal(await ended(child, 'SIGTERM'), 0);
    }
    assert.ok(!existsSync(join(dir, 'demo', 'ledger.db-wal')), 'a clean end leaves one file');
  });

  test('restore marks what it lays down; without a witness only a successor goes on from it', async () => {
    const restored = join(dir, 'restored');
    const { code, said } = await run('restore', join(dir, 'saved'), '--data', restored);
    assert.deepEqual([code, said[0]?.keys], [0, true]);
    assert.equal((await run('restore', join(dir, 'saved'), '--data', restored)).fault?.error, 'directory-taken');
    assert.equal((await run('restore', join(dir, 'nothing'), '--data', join(dir, 'other'))).fault?.error, 'input-invalid');
    const start = await run('start', '--data', restored, '--port', '0');
    assert.deepEqual([start.code, start.fault?.next], [EXIT_CODES['witness-unreachable'], 'tabularium resume --after-loss']);
    assert.equal((await run('resume', '--data', restored)).fault?.error, 'usage');
    const resumed = await run('resume', '--after-loss', '--data', restored);
    assert.deepEqual([resumed.code, resumed.said.at(-1)?.missing], [0, 0], JSON.stringify(resumed));
    const child = spawned(['start', '--data', restored, '--port', '0']);
    await ready(child);
    assert.equal(await ended(child, 'SIGINT'), 0);
    assert.equal((await run('audit', restored)).code, 0);
  });

  test('audit ends with its own code at a difference, rebuild makes the lists anew', async () => {
    assert.equal((await run('rebuild', '--data', join(dir, 'demo'))).code, 0);
    const ledger = new DatabaseSync(join(dir, 'demo', 'ledger.db'));
    ledger.exec('UPDATE state SET value = replace(value, \'"kind":"officer"\', \'"kind":"service"\') WHERE key = \'kernel/officer/mayor\'');
    ledger.close();
    const { code, said } = await run('audit', join(dir, 'demo'));
    assert.equal(code, EXIT_CODES['audit-difference']);
    assert.match(JSON.stringify(said.at(-1)), /record kernel\/officer\/mayor/);
    assert.equal((await run('audit', join(dir, 'nowhere'))).fault?.error, 'no-ledger');
    assert.equal((await run('start', '--bogus')).fault?.error, 'usage');
  });

  test('a witness runs from the command line and remembers whom it vouches for', async () => {
    const home = join(dir, 'witness');
    assert.equal((await run('witness', '--data', home, '--port', '0')).fault?.error, 'usage');
    assert.equal((await run('witness', '--data', home, '--name', 'audit.example/w1', '--log', 'nonsense')).fault?.error, 'usage');
    const child = spawned(['witness', '--data', home, '--name', 'audit.example/w1', '--port', '0']);
    const { vkey } = await ready(child);
    assert.match(String(vkey), /^audit\.example\/w1\+/);
    assert.equal(await ended(child, 'SIGTERM'), 0);
  });
});
