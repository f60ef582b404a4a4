/**
 * Ten thousand spoiled presentations, and as many spoiled submissions: none that is taken says anything else than the one before it was spoiled,
 * and none makes a reader throw.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import {
  asciiBytes,
  checkDisclosures,
  disclosable,
  parsePresentation,
  parseTransaction,
  personal,
  splitSubmission,
} from '@tabularium/protocol';
import { type TSchema, Type } from 'typebox';
import { isSignedBy } from './entry-signature.ts';
import { verifyPresentation } from './verify-presentation.ts';
import { verifyReceipt } from './verify-receipt.ts';

interface Vector {
  readonly name: string;
  readonly presentation: string;
  readonly policy: string;
  readonly now?: number;
  readonly maxAge?: number;
  readonly audience?: string;
  readonly nonce?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and the assertions below are its check.
  readonly expected: any;
}

function vectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
}

const VALID = vectors('presentation-valid');
const INVALID = vectors('presentation-invalid');
const SEED = 62_026;

function check(text: string, { policy, now, maxAge, audience, nonce }: Vector) {
  return verifyPresentation(text, {
    ...{ policy, crypto: nodeCrypto },
    ...(now === undefined ? {} : { nowSeconds: now }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    ...(audience === undefined ? {} : { audience }),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

/** Mulberry32: the same ten thousand at each run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const ALPHABET = 'ABCxyz019-_+/=.~ \n{}"\u00e9\ud800';

/** One way to spoil a text. `others`: presentations whose parts may be swapped in. */
function spoiled(text: string, others: readonly string[], draw: (below: number) => number, between = '\n'): string {
  const at = draw(text.length);
  const lines = text.split(between);
  const line = draw(lines.length);
  const other = others[draw(others.length)]!.split(between);
  const letter = ALPHABET[draw(ALPHABET.length)]!;
  switch (draw(10)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << draw(7))) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + letter + text.slice(at);
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + draw(40));
    case 4:
      return text.slice(0, at);
    case 5:
      return lines.filter((_, n) => n !== line).join(between);
    case 6:
      return lines.toSpliced(line, 0, lines[draw(lines.length)]!).join(between);
    case 7:
      return lines.with(line, lines[draw(lines.length)]!).join(between);
    case 8:
      return lines.with(line, other[draw(other.length)]!).join(between);
    default:
      return lines.toSpliced(line, 0, other[draw(other.length)]!).join(between);
  }
}

test('10,000 spoiled presentations: what still verifies shows nothing that was not shown, to nobody else, and nothing throws', (t) => {
  const draw = seeded(SEED);
  const others = [...VALID, ...INVALID.filter(({ presentation }) => presentation.length < 20_000)].map(({ presentation }) => presentation);
  const wholes = new Map(VALID.map((vector) => [vector, check(vector.presentation, vector)]));
  const codes = new Map<string, number>();
  let fewer = 0;
  for (let n = 0; n < 10_000; n++) {
    const vector = VALID[draw(VALID.length)]!;
    const text = spoiled(vector.presentation, others, draw);
    if (text === vector.presentation) continue;
    const checked = check(text, vector);
    if (!checked.ok) {
      codes.set(checked.code, (codes.get(checked.code) ?? 0) + 1);
      continue;
    }
    // A presentation that is not signed may be made smaller by anyone, or joined with what others were shown of the same entry.
    const whole = wholes.get(vector)!;
    assert.ok(whole.ok);
    assert.equal(checked.receipt.entry, whole.receipt.entry, `mutation ${n}`);
    const known = new Set(others.flatMap((one) => parsePresentation(one)?.disclosures ?? []));
    assert.ok(
      parsePresentation(text)?.disclosures.every((one) => known.has(one)),
      `mutation ${n}`,
    );
    assert.deepEqual(
      checked.shown.filter((field) => !GENUINE.has(JSON.stringify(field))),
      [],
      `mutation ${n}`,
    );
    if (vector.audience !== undefined) {
      assert.deepEqual([checked.shown, checked.holder], [whole.shown, whole.holder], `mutation ${n}`);
    }
    fewer++;
  }
  t.diagnostic(`${fewer} showed a part of what others were shown; refused: ${JSON.stringify(Object.fromEntries([...codes].sort()))}`);
  assert.ok(fewer < 1_000 && codes.size > 20);
});

/** Every field of the record that the vectors are about, as it was registered. */
const GENUINE = new Set(VALID.flatMap(({ expected }) => expected.shown.map((field: object) => JSON.stringify(field))));

const text = Type.String({ maxLength: 80 });
const one = <S extends TSchema>(schema: S) => Type.Optional(personal(schema));
const PARENT = disclosable({ name: one(text) });
const FIELDS = { name: personal(text), birthYear: one(Type.Integer()), birthDay: one(text), birthPlace: one(text), note: one(text) };
const KEY = one(Type.Object({ kty: text, crv: text, x: text, y: text }));
const BIRTH = disclosable({ case: text, kind: text, parents: Type.Array(PARENT), ...FIELDS, holderKey: KEY }, { case: 'case' });

test('10,000 spoiled submissions: what is still taken says a part of what was submitted, and nothing throws', (t) => {
  const draw = seeded(SEED);
  const vector = VALID.find(({ name }) => name.startsWith('everything'))!;
  const receipt = verifyReceipt(parsePresentation(vector.presentation)!.receipt, vector.policy, nodeCrypto);
  assert.ok(receipt.ok);
  const whole: string = vector.expected.sdJwt;
  const others = [...VALID, ...INVALID.filter(({ presentation }) => presentation.length < 20_000)].map(({ presentation }) =>
    [receipt.entry, ...(parsePresentation(presentation)?.disclosures ?? []), ''].join('~'),
  );
  let fewer = 0;
  let jws = 0;
  const codes = new Set<string>();
  for (let n = 0; n < 10_000; n++) {
    const spoilt = spoiled(whole, others, draw, '~');
    if (spoilt === whole) continue;
    const split = splitSubmission(spoilt);
    if (split === undefined) continue;
    // Bytes on the wire: what is not ASCII never gets so far.
    const read = /^[\x20-\x7e]*$/.test(split.jws) ? parseTransaction(asciiBytes(split.jws), nodeCrypto) : undefined;
    if (read?.ok !== true || !isSignedBy(read.transaction, receipt.jwk, nodeCrypto)) {
      jws++;
      continue;
    }
    assert.equal(split.jws, receipt.entry, `mutation ${n}`);
    const checked = checkDisclosures(read.transaction.payload.body, BIRTH, split.disclosures, nodeCrypto, { takesPersonal: true });
    if (!checked.ok) {
      codes.add(checked.code);
      continue;
    }
    assert.ok(
      checked.disclosures.every(({ path, name, value }) => GENUINE.has(JSON.stringify({ path, name, value }))),
      `mutation ${n}`,
    );
    fewer++;
  }
  t.diagnostic(`${fewer} were a part of what was submitted; ${jws} were no transaction; ${[...codes].sort().join(', ')}`);
  assert.ok(fewer > 0 && codes.size >= 6);
});
