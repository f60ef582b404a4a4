/** Every reader of text or bytes is total and knows one spelling: what it reads, its writer writes again; what is near it, it refuses or reads as something else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import fc from 'fast-check';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { formatFact, makeFact, parseFact } from './fact.ts';
import { decodeStateProof, encodeStateProof } from './ics23.ts';
import { formatNote, formatVkey, isKeyName, parseNote, parseVkey, signatureLine, verifierKey } from './note.ts';
import { formatPolicy, MAX_POLICY_LENGTH, parsePolicy } from './policy.ts';
import { formatReceipt, parseReceipt } from './receipt.ts';
import { formatSeal, NO_SEAL, parseSeal, type Seal } from './seal.ts';
import { decodeEntryBundle, encodeEntryBundle, parseTilePath, tilePath } from './tiles.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import { formatWitnessRequest, parseWitnessRequest } from './witness-request.ts';

const count = fc.maxSafeNat();
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hashes = fc.array(hash, { maxLength: 63 });
const digest = hash.map((bytes) => Buffer.from(bytes).toString('hex'));
const keyName = fc.string({ minLength: 1, maxLength: 20 }).filter(isKeyName);
const line = fc.string({ minLength: 1 }).filter((text) => [...text].every((character) => character >= ' '));
const key = fc.record({ name: keyName, type: fc.constantFrom(1 as const, 4 as const), publicKey: hash });
const signature = fc.record({
  name: keyName,
  id: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  signature: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});
const note = fc.record({
  text: fc.array(line).map((lines) => `${lines.join('\n')}\n`),
  signatures: fc.array(signature, { minLength: 1, maxLength: 16 }),
});
const noteText = note.map(({ text, signatures }) =>
  formatNote(
    text,
    signatures.map((each) => signatureLine(each, each.signature)),
  ),
);
const proof = fc.record(
  { extra: fc.uint8Array(), index: count, hashes, checkpoint: noteText },
  { requiredKeys: ['index', 'hashes', 'checkpoint'] },
);
const step = fc.record({ left: fc.boolean(), hash });
const filled = fc.uint8Array({ minLength: 1, maxLength: 300 });
const existence = fc.record({ key: filled, value: filled, path: fc.array(step, { maxLength: 30 }) });
const stateProof = fc.oneof(
  existence.map((of) => ({ kind: 'existence' as const, proof: of })),
  fc
    .record({ key: filled, left: fc.option(existence, { nil: undefined }), right: fc.option(existence, { nil: undefined }) })
    .map((of) => ({ kind: 'absence' as const, proof: of })),
);
const seal: fc.Arbitrary<Seal> = fc.record({
  app: count,
  count,
  first: count,
  height: fc.integer({ min: 1 }),
  ledger: digest.map((text) => `town.example/${text.slice(0, 16)}`),
  prev: fc.oneof(digest, fc.constant(NO_SEAL)),
  state: digest,
  time: count,
  type: fc.constant('seal' as const),
  v: fc.constant(1 as const),
  validators: digest,
});

describe('what is written is read back', () => {
  const same = <T>(name: string, arbitrary: fc.Arbitrary<T>, write: (value: T) => unknown, read: (written: never) => unknown) =>
    test(name, () =>
      fc.assert(fc.property(arbitrary, (value) => assert.deepEqual(structuredClone(read(write(value) as never)), structuredClone(value)))),
    );

  same('decimal', count, formatDecimal, parseDecimal);
  same(
    'vkey',
    key.map(({ name, type, publicKey }) => verifierKey(name, type, publicKey, nodeCrypto)),
    formatVkey,
    (text) => parseVkey(text, nodeCrypto),
  );
  same(
    'note',
    note,
    ({ text, signatures }) =>
      formatNote(
        text,
        signatures.map((each) => signatureLine(each, each.signature)),
      ),
    parseNote,
  );
  same('checkpoint', fc.record({ origin: line, size: count, root: hash, extensions: fc.constant([]) }), formatCheckpoint, parseCheckpoint);
  same('tlog-proof', proof, formatTlogProof, parseTlogProof);
  same('witness request', fc.record({ oldSize: count, proof: hashes, checkpoint: noteText }), formatWitnessRequest, parseWitnessRequest);
  same('seal', seal, (value) => Buffer.from(formatSeal(value)), parseSeal);
  same('state proof', stateProof, encodeStateProof, decodeStateProof);
  same('entry bundle', fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 256 }), encodeEntryBundle, decodeEntryBundle);
  const tile = fc.record({
    level: fc.oneof(fc.nat(63), fc.constant('entries' as const)),
    index: count,
    width: fc.integer({ min: 1, max: 256 }),
  });
  same('tile path', tile, ({ level, index, width }) => tilePath(level, index, width), parseTilePath);
  const jwk = fc.record({
    kty: fc.constant('EC' as const),
    crv: fc.constant('P-256' as const),
    x: fc.string({ unit: 'binary-ascii' }),
    y: fc.string({ unit: 'binary-ascii' }),
  });
  const receipt = fc.record({ entry: fc.string({ unit: 'binary-ascii' }), jwk, index: count, hashes, checkpoint: noteText });
  same(
    'receipt',
    receipt.map((value) => ({ ok: true, receipt: value })),
    (value) => formatReceipt(value.receipt),
    parseReceipt,
  );
  const bare = proof.map(({ extra: _extra, ...rest }) => rest);
  const fact = fc.record({
    key: fc.constant('treasury/account/a:1'),
    value: fc.option(fc.string()),
    stateProof,
    seal: fc.uint8Array(),
    proof: bare,
  });
  same(
    'fact',
    fact.map((value) => ({ ok: true, fact: value })),
    ({ fact: { key: k, value, stateProof: path, seal: leaf, proof: of } }) =>
      formatFact(makeFact(k, value, path, leaf, formatTlogProof(of))),
    parseFact,
  );
});

/** A text with one character replaced, left out, doubled, or put in. */
function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<{ readonly text: string; readonly other: string }> {
  const character = fc.oneof(
    fc.constantFrom(' ', '\n', '\r', '\t', '=', '+', '/', '0', '-', '\u2014', '"', '\0', '\ud800'),
    fc.string({ minLength: 1, maxLength: 1 }),
  );
  return fc.tuple(texts, fc.nat(), fc.nat(1), fc.oneof(character, fc.constant(''))).map(([text, at, remove, put]) => {
    const place = text.length === 0 ? 0 : at % text.length;
    return { text, other: text.slice(0, place) + put + text.slice(place + remove) };
  });
}

describe('what is not the one spelling is refused, or is the spelling of something else; nothing throws', () => {
  const strict = (name: string, texts: fc.Arbitrary<string>, read: (text: string) => unknown, write: (value: never) => string) =>
    test(name, () =>
      fc.assert(
        fc.property(
          fc.oneof(
            damaged(texts),
            fc.string().map((other) => ({ text: '', other })),
          ),
          ({ other }) => {
            const value = read(other);
            if (value !== undefined) assert.equal(write(value as never), other);
          },
        ),
        { numRuns: 500 },
      ),
    );
  strict('decimal', count.map(String), parseDecimal, formatDecimal);
  strict(
    'vkey',
    key.map(({ name, type, publicKey }) => formatVkey(verifierKey(name, type, publicKey, nodeCrypto))),
    (text) => parseVkey(text, nodeCrypto),
    formatVkey,
  );
  strict('note', noteText, parseNote, ({ text, signatures }: ReturnType<typeof parseNote> & object) =>
    formatNote(
      text,
      signatures.map((each) => signatureLine(each, each.signature)),
    ),
  );
  strict(
    'checkpoint',
    fc.record({ origin: line, size: count, root: hash }).map(formatCheckpoint),
    parseCheckpoint,
    (value: NonNullable<ReturnType<typeof parseCheckpoint>>) =>
      formatCheckpoint(value) + value.extensions.map((each) => `${each}\n`).join(''),
  );
  strict('tlog-proof', proof.map(formatTlogProof), parseTlogProof, formatTlogProof);
  strict(
    'witness request',
    fc.record({ oldSize: count, proof: hashes, checkpoint: noteText }).map(formatWitnessRequest),
    parseWitnessRequest,
    formatWitnessRequest,
  );
  strict(
    'seal',
    seal.map(formatSeal),
    (text) => parseSeal(Buffer.from(text.toWellFormed())),
    (value: Seal) => formatSeal(value),
  );
});

test('a state proof with one byte changed is refused, or is the proof of something else', () => {
  fc.assert(
    fc.property(stateProof, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
      const bytes = encodeStateProof(value);
      bytes[at % bytes.length]! ^= change;
      const read = decodeStateProof(bytes);
      if (read !== undefined) assert.deepEqual(encodeStateProof(read), bytes);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = decodeStateProof(bytes);
      if (read !== undefined) assert.deepEqual(encodeStateProof(read), bytes);
    }),
  );
});

test('no text makes the reader of policies throw', () => {
  const word = fc.constantFrom(
    'log',
    'witness',
    'group',
    'quorum',
    'any',
    'all',
    '1',
    '2',
    'none',
    'a',
    'b',
    '#',
    'x+00000000+AQ==',
    '\t',
    '\n',
    ' ',
  );
  fc.assert(fc.property(fc.array(word), (words) => void parsePolicy(words.join(' '), nodeCrypto)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePolicy(text, nodeCrypto)));
  assert.deepEqual(parsePolicy(`#${' '.repeat(MAX_POLICY_LENGTH)}`, nodeCrypto), { ok: false, code: 'policy-too-long', line: 0 });
});

test('writers refuse what no reader would take', () => {
  const bytes = (length: number) => new Uint8Array(length);
  const log = verifierKey('a.example', 1, bytes(32), nodeCrypto);
  for (const [what, write] of Object.entries({
    'a negative number': () => formatDecimal(-1),
    'a number that is not exact': () => formatDecimal(2 ** 53),
    'an origin of two lines': () => formatCheckpoint({ origin: 'a\nb', size: 1, root: bytes(32) }),
    'a short root': () => formatCheckpoint({ origin: 'a', size: 1, root: bytes(31) }),
    'a name with a space': () => verifierKey('a b', 1, bytes(32), nodeCrypto),
    'a short key': () => verifierKey('a', 1, bytes(31), nodeCrypto),
    'a text without a newline': () => formatNote('a', [signatureLine(log, bytes(64))]),
    'a word of a policy with a space': () => formatPolicy({ logs: [], witnesses: [], groups: [], quorum: 'a b' }),
    '64 hashes': () => formatWitnessRequest({ oldSize: 1, proof: Array(64).fill(bytes(32)), checkpoint: '' }),
    'a leaf of 65,536 bytes': () => encodeEntryBundle([bytes(65_536)]),
    'a tile of width 257': () => tilePath(0, 0, 257),
    'a level 64': () => tilePath(64, 0),
    'a tile before the first': () => tilePath(0, -1),
  })) {
    assert.throws(write, RangeError, what);
  }
});
