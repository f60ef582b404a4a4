/** The charter as leaf 0: one spelling, its own origin, and nothing in it that could never work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { MAX_LEAF_BYTES } from '@tabularium/log';
import { canonicalJson, type JsonObject } from '@tabularium/protocol';
import fc from 'fast-check';
import { type Charter, type CharterDraft, CharterFault, decodeCharter, encodeCharter, makeCharter } from './charter.ts';
import { kernelModule } from './kernel-module.ts';
import { charterDraft, KEYS, newKey, permitWithMarks, UNTIL } from './ledger-rig.test.ts';
import { purseModule } from './test-modules.test.ts';

const draft = charterDraft([kernelModule, permitWithMarks(), purseModule]);
const charter = makeCharter(draft, nodeCrypto);
const leaf = encodeCharter(charter, nodeCrypto);
const bytes = (text: string) => nodeCrypto.utf8.encode(text);
const text = nodeCrypto.utf8.decode(leaf);

const fault = (change: (one: Charter & Record<string, unknown>) => void) => () => {
  const changed = structuredClone(charter) as Charter & Record<string, unknown>;
  change(changed);
  return decodeCharter(bytes(canonicalJson(changed as unknown as JsonObject)), nodeCrypto);
};

test('a charter is read back as it was made', () => {
  assert.deepEqual(decodeCharter(leaf, nodeCrypto), charter);
  assert.match(charter.origin, /^town\.example\/[0-9a-f]{16}$/);
  assert.deepEqual(encodeCharter(makeCharter(draft, nodeCrypto), nodeCrypto), leaf);
});

test('it has one spelling', () => {
  const refused: readonly string[] = [
    '',
    '{}',
    '[]',
    `${text} `,
    `\ufeff${text}`,
    text.replace('{', '{ '),
    text.replace('"v":1', '"v":1,"v":1'),
    text.replace('"v":1', '"v":1.0'),
    JSON.stringify(Object.fromEntries(Object.entries(charter).reverse())),
  ];
  for (const one of refused) assert.throws(() => decodeCharter(bytes(one), nodeCrypto), CharterFault, JSON.stringify(one.slice(0, 40)));
  assert.throws(() => decodeCharter(Uint8Array.of(...leaf.subarray(0, 40), 0xff), nodeCrypto), CharterFault);
});

test('whatever is changed in it, the origin no longer fits or the form does not', () => {
  assert.throws(
    fault((one) => Object.assign(one, { origin: 'town.example/0000000000000000' })),
    /origin/,
  );
  assert.throws(
    fault((one) => Object.assign(one, { origin: charter.origin.replace('town', 'city') })),
    /origin/,
  );
  assert.throws(
    fault((one) => Object.assign(one, { name: 'city.example' })),
    /origin/,
  );
  assert.throws(
    fault((one) => Object.assign(one, { amendQuorum: 1 })),
    /origin/,
  );
  fc.assert(
    fc.property(fc.nat(leaf.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const spoilt = leaf.slice();
      spoilt[at] = spoilt[at]! ^ flip;
      assert.throws(() => decodeCharter(spoilt, nodeCrypto), CharterFault);
    }),
  );
});

test('nothing that nobody declared, and no free text where a code belongs', () => {
  for (const change of [
    { extra: 1 },
    { type: 'seal' },
    { v: 2 },
    { agencies: { 'Town of Somewhere': {} } },
    { agencies: { ...charter.agencies, town: { name: 'x' } } },
    { officers: { ...charter.officers, 'Jane Doe': charter.officers.clara } },
    { founding: { officers: [], quorum: 1 } },
  ])
    assert.throws(
      fault((one) => Object.assign(one, change)),
      CharterFault,
      JSON.stringify(change),
    );
});

test('references lead somewhere, quorums can be reached, keys are keys', () => {
  const made = (change: Partial<CharterDraft>) => () => makeCharter({ ...draft, ...change }, nodeCrypto);
  const officers = (change: object) =>
    ({ officers: { ...draft.officers, clara: { ...draft.officers.clara!, ...change } } }) as Partial<CharterDraft>;
  const term = (change: object) => officers({ roles: [{ role: 'clerk', office: 'hall', until: UNTIL, ...change }] });
  const faults: readonly (readonly [Partial<CharterDraft>, RegExp])[] = [
    [{ name: 'Not A Name' }, /not a ledger's name/],
    [officers({ agency: 'nowhere' }), /officer clara belongs to an unknown agency/],
    [officers({ agency: 'constructor' }), /officer clara belongs to an unknown agency/],
    [term({ role: 'king' }), /unknown role king/],
    [term({ role: 'constructor' }), /unknown role constructor/],
    [term({ office: 'castle' }), /unknown office castle/],
    [officers({ keys: [KEYS.mira![0].enrolled, newKey().enrolled] }), /enrolled twice/],
    [officers({ keys: [newKey().enrolled] }), /fewer than 2 items/],
    [
      officers({ keys: [newKey().enrolled, { kind: 'es256', jwk: { ...newKey().enrolled.jwk, x: newKey().enrolled.jwk.x } }] }),
      /not on the curve/,
    ],
    [{ founding: { officers: ['nobody'], quorum: 1 } }, /founding officer nobody is unknown/],
    [{ founding: { officers: ['constructor'], quorum: 1 } }, /founding officer constructor is unknown/],
    [{ founding: { officers: ['clara', 'clara'], quorum: 2 } }, /founding quorum/],
    [{ amendQuorum: 16 }, /no amendment could ever find its quorum/],
    [{ nodes: {} }, /node quorum/],
    [{ modules: { permit: [{ version: 1, from: 0 }] } }, /kernel is not in force/],
    [{ modules: { ...draft.modules, kernel: [{ version: 1, from: 2 }] } }, /kernel is not in force/],
    [{ signers: { 'kernel.charter.accept': 2 } }, /whose number is fixed/],
    [{ calendar: { ...draft.calendar, holidays: ['2026-13-01'] } }, /which is no day/],
    [{ parameters: { permit: { officer: 'Jane Doe' } } }, /hold words/],
    [{ parameters: { permit: { fees: [{ 'For the mayor': 1 }] } } }, /hold words/],
    [{ parameters: { permit: { fee: 0.5 } } }, /charter/],
    [{ parameters: { permit: { deep: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) } } }, /32 levels/],
    [{ roles: undefined } as never, /charter/],
  ];
  for (const [change, expected] of faults) assert.throws(made(change), expected, JSON.stringify(change).slice(0, 80));
  for (const [change] of faults) assert.throws(made(change), CharterFault);
});

test('it fits into a leaf of the log', () => {
  const holidays = Array.from({ length: 4_096 }, (_, n) => `20${String(n % 90).padStart(2, '0')}-01-01`);
  assert.ok(makeCharter({ ...draft, calendar: { ...draft.calendar, holidays } }, nodeCrypto));
  const parameters = { permit: { filler: 'x'.repeat(MAX_LEAF_BYTES) } };
  assert.throws(() => makeCharter({ ...draft, parameters }, nodeCrypto), /does not fit into a leaf/);
});
