/** `present` and `verify` as a holder and a checker use them, each on a machine of their own and without a ledger. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parsePresentation } from '@tabularium/protocol';
import { es256Signer, generatePrivateJwk, nobleCrypto } from '@tabularium/sdk';
import { EXIT_CODES } from './exit-codes.ts';
import { run } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-present-'));
after(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const keep = (name: string, text: string, mode = 0o644): string => {
  writeFileSync(path(name), text, { mode });
  return path(name);
};

const { vectors } = JSON.parse(readFileSync(new URL('../../../testing/vectors/data/presentation-valid.json', import.meta.url), 'utf8'));
const vector = (name: string) => vectors.find((one: { readonly name: string }) => one.name.startsWith(name));
const WHOLE: string = vector('everything').presentation;
const parts = parsePresentation(WHOLE)!;
const FILE = keep('birth.presentation', WHOLE);
const POLICY = keep('town.policy', vector('everything').policy);
/** The key of the vectors: SHA-256 of its label. */
const jwk = generatePrivateJwk(() => nobleCrypto.sha256(new TextEncoder().encode('tabularium vector key holder')));
const KEY = keep('holder.key.json', JSON.stringify(jwk), 0o600);
const OTHER_KEY = keep('other.key.json', JSON.stringify(generatePrivateJwk()), 0o600);

async function tabularium(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const sink = (take: (text: string) => void) => ({ write: (text: string) => take(text) });
  const surroundings = { out: sink((text) => (out += text)), err: sink((text) => (err += text)), env: {}, version: '0' };
  return { code: await run(argv, surroundings), out, err };
}

const present = (...argv: string[]) => tabularium('present', ...argv);
const verify = (...argv: string[]) => tabularium('verify', ...argv, '--policy', POLICY);

test('without --show, the file says what it can show', async () => {
  const { code, out } = await present(FILE);
  assert.equal(code, EXIT_CODES.done);
  assert.match(out, /can show 7 fields/);
  assert.match(out, /\/parents\/0\/name: Berta Linden/);
  const { out: json } = await present(FILE, '--json');
  assert.equal(JSON.parse(json).holder, es256Signer(jwk).kid);
});

test('chosen fields go to a checker, who is told what is shown, what stays hidden, and what is not proven', async () => {
  const shown = path('shown.presentation');
  const made = await present(FILE, '--show', 'name, birthYear', '--out', shown);
  assert.equal(made.code, EXIT_CODES.done, made.err);
  assert.match(made.out, /shows \/name, \/birthYear; 5 fields that you hold stay hidden/);
  const checked = await verify(shown);
  assert.equal(checked.code, EXIT_CODES.done, checked.err);
  assert.match(checked.out, /^verified: these fields are what key \S+ submitted/);
  assert.match(checked.out, /name: Ada Linden\n {8}birthYear: 2019\nhidden {2}6 more fields; how many is fixed, and some may be empty/);
  assert.match(checked.out, /not signed by a holder: whoever has a copy can show it/);
  assert.match(checked.out, /whether it still holds is not shown/);
  assert.match(checked.out, /does not prove that the content is true.*or that who shows it is whom it is about/);
  assert.doesNotMatch(checked.out, /Berta|2019-05/);
  const { out } = await verify(shown, '--json');
  const { kind, hidden, holder, record } = JSON.parse(out);
  assert.deepEqual({ kind, hidden, holder, record }, { kind: 'presentation', hidden: 6, holder: null, record: null });
});

test('signed for one checker it is good for no other', async () => {
  const shown = path('signed.presentation');
  const made = await present(FILE, '--show', 'name', '--to', 'The library', '--nonce', '7130', '--key', KEY, '--out', shown);
  assert.equal(made.code, EXIT_CODES.done, made.err);
  const asked = ['--nonce', '7130', '--max-age', '600'];
  const checked = await verify(shown, '--to', 'The library', ...asked);
  assert.equal(checked.code, EXIT_CODES.done, checked.err);
  assert.match(checked.out, /signed {2}by the holder’s key \S+, .* UTC\n {8}for: The library\n {8}number: 7130/);
  const elsewhere = await verify(shown, '--to', 'A bank', ...asked);
  assert.equal(elsewhere.code, EXIT_CODES['not-proven']);
  assert.match(elsewhere.err, /key-binding-audience — The holder signed for somebody else/);
});

test('a fact beside it shows that the record is in force', async () => {
  const fact = keep('fact.json', parsePresentation(vector('with a fact').presentation)!.fact!);
  const shown = path('in-force.presentation');
  assert.equal((await present(FILE, '--show', 'birthYear', '--fact', fact, '--out', shown)).code, EXIT_CODES.done);
  assert.match((await verify(shown)).out, /record {2}civil\/record\/3f9c01d2a7b84e55 stood so at block 1, 2026-.* UTC: registered/);
});

test('receipt and disclosures that came apart do as well, and so does a link', async () => {
  const receipt = keep('birth.tlog-proof', parts.receipt);
  const lines = keep('lines.txt', parts.disclosures.join('\n'));
  const submission = keep('submission.txt', vector('everything').expected.sdJwt);
  const bare = keep('bare.txt', `${parts.disclosures.join('~')}~`);
  for (const list of [lines, submission, bare]) {
    const { code, out, err } = await present(
      receipt,
      '--disclosures',
      list,
      '--show',
      '/parents/0/name',
      '--link',
      'https://town.example/',
    );
    assert.equal(code, EXIT_CODES.done, err);
    assert.match(out, /^https:\/\/town\.example\/verify#p=[A-Z2-7]+\n$/);
  }
});

test('what cannot be done is said, with the next step', async () => {
  const receipt = keep('alone.tlog-proof', parts.receipt);
  const foreign = keep('foreign.txt', 'AAAA');
  const to = ['--to', 'x', '--nonce', '1'];
  const unbound = keep('unbound.presentation', WHOLE.replace(`disclosure ${parts.disclosures[4]}\n`, ''));
  const cases: readonly (readonly [argv: readonly string[], code: number, words: RegExp])[] = [
    [[FILE, '--show', 'address'], EXIT_CODES.usage, /no field address/],
    [
      [keep('parents.presentation', WHOLE.replace(`disclosure ${parts.disclosures[0]}\n`, '')), '--show', 'name'],
      EXIT_CODES.usage,
      /\/parents\/0\/name or \/parents\/1\/name/,
    ],
    [[receipt, '--show', 'name'], EXIT_CODES.usage, /--disclosures FILE/],
    [[receipt, '--show', 'name', '--disclosures', foreign], EXIT_CODES['file-invalid'], /those of its entry/],
    [[FILE, '--show', 'name', '--to', 'x'], EXIT_CODES.usage, /belong together/],
    [[FILE, '--show', 'name', ...to], EXIT_CODES.usage, /needs a key/],
    [[FILE, '--show', 'name', ...to, '--key', OTHER_KEY], EXIT_CODES.usage, /as its holder’s/],
    [[unbound, '--show', 'name', ...to, '--key', KEY], EXIT_CODES.usage, /names no key of its holder/],
    [[FILE, '--show', 'name', '--to', 'x'.repeat(513), '--nonce', '1', '--key', KEY], EXIT_CODES.usage, /1 to 512 characters/],
    [[path('nowhere'), '--show', 'name'], EXIT_CODES['file-invalid'], /cannot be read/],
  ];
  for (const [argv, code, words] of cases) {
    const refused = await present(...argv);
    assert.equal(refused.code, code, refused.err);
    assert.match(refused.err, words);
  }
  const spoiled = await verify(keep('spoiled.presentation', WHOLE.replace('disclosure WyJ', 'disclosure WyK')));
  assert.equal(spoiled.code, EXIT_CODES['not-proven']);
  assert.match((await verify(receipt, '--to', 'x')).err, /belong to presentations/);
  assert.match((await verify(FILE, '--max-age', 'soon')).err, /not a number of seconds/);
  assert.match((await verify(receipt, '--max-age', '5')).err, /a receipt does not age/);
});
