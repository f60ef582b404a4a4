/** A holder's file: read, some of it shown, signed for a checker, packed into a link; and what cannot be made of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { formatPresentation, parsePresentation, pointToJwk } from '@tabularium/protocol';
import { verifyPresentation } from '@tabularium/verify';
import { packPresentation, presentationInCode, receiptInCode } from './carried-proof.ts';
import { es256Signer, generatePrivateJwk, type PrivateJwk } from './es256-signer.ts';
import { nobleCrypto } from './noble-crypto.ts';
import { type HeldRecord, heldOf, makePresentation, readHeld } from './present.ts';

const { vectors } = JSON.parse(readFileSync(new URL('../../../testing/vectors/data/presentation-valid.json', import.meta.url), 'utf8'));
const vector = (name: string) => vectors.find((one: { readonly name: string }) => one.name.startsWith(name));
const FILE: string = vector('everything').presentation;
const { policy, now } = vector('everything');
/** The key of the vectors (testing/vectors/src/vector-keys.ts): SHA-256 of its label. */
const SIGNER = es256Signer(holderJwk());
const TO = { audience: 'The library', nonce: '7130', nowSeconds: now, signer: SIGNER };

function holderJwk(): PrivateJwk {
  const d = nobleCrypto.sha256(new TextEncoder().encode('tabularium vector key holder'));
  return generatePrivateJwk(() => d);
}

function held(file = FILE): HeldRecord {
  const read = readHeld(file);
  assert.ok(read !== undefined);
  return read;
}

const verify = (presentation: string, asked: object = {}) =>
  verifyPresentation(presentation, { policy, crypto: nobleCrypto, nowSeconds: now, ...asked });

test('a holder’s file tells its fields, each by a pointer of its own', () => {
  const { fields, hidden, holder, action, origin } = held();
  assert.deepEqual(
    fields.map(({ pointer, value }) => [pointer, typeof value]),
    [
      ['/name', 'string'],
      ['/birthYear', 'number'],
      ['/birthDay', 'string'],
      ['/birthPlace', 'string'],
      ['/holderKey', 'object'],
      ['/parents/0/name', 'string'],
      ['/parents/1/name', 'string'],
    ],
  );
  assert.deepEqual([hidden, holder, action, origin], [1, SIGNER.kid, 'civil.birth.register', 'town.example/0123456789abcdef']);
});

test('chosen fields are shown and no others', async () => {
  const shown = verify(await makePresentation(held(), ['/birthYear', '/name']));
  assert.ok(shown.ok);
  assert.deepEqual(
    shown.shown.map(({ name, value }) => [name, value]),
    [
      ['name', 'Ada Linden'],
      ['birthYear', 2019],
    ],
  );
  assert.equal(shown.hidden, 6);
  assert.equal(shown.holder, undefined);
});

test('signed for a checker, it shows the holder’s key too, and is for nobody else', async () => {
  const presentation = await makePresentation(held(), ['/name'], { binding: TO });
  const asked = { audience: 'The library', nonce: '7130', maxAgeSeconds: 1 };
  const checked = verify(presentation, asked);
  assert.ok(checked.ok, JSON.stringify(checked));
  assert.deepEqual(checked.holder, { audience: 'The library', nonce: '7130', time: now, kid: SIGNER.kid });
  assert.deepEqual(
    checked.shown.map(({ name }) => name),
    ['name', 'holderKey'],
  );
  const codeOf = (other: object) => {
    const refused = verify(presentation, { ...asked, ...other });
    return refused.ok ? '' : refused.code;
  };
  assert.equal(codeOf({ audience: 'A bank' }), 'key-binding-audience');
  assert.equal(codeOf({ nonce: '7131' }), 'key-binding-nonce');
  assert.equal(codeOf({ nowSeconds: now + 2 }), 'key-binding-stale');
});

test('that the record is in force is shown where the file holds a fact and the holder wants it', async () => {
  const { fact } = parsePresentation(vector('with a fact').presentation)!;
  const { receipt, disclosures } = parsePresentation(FILE)!;
  const record = heldOf({ receipt, disclosures, fact: fact! })!;
  const [without, with_] = [await makePresentation(record, ['/name']), await makePresentation(record, ['/name'], { withFact: true })];
  assert.deepEqual([parsePresentation(without)?.fact, parsePresentation(with_)?.fact], [undefined, fact]);
  assert.ok(verify(with_, { maxAgeSeconds: 60 }).ok);
});

test('what cannot be shown is refused before anything is made', async () => {
  await assert.rejects(makePresentation(held(), ['/address']), RangeError);
  await assert.rejects(makePresentation(held(), ['/name'], { binding: { ...TO, signer: es256Signer(generatePrivateJwk()) } }), RangeError);
  await assert.rejects(makePresentation(held(), ['/name'], { binding: { ...TO, nonce: '' } }), RangeError);
  const unbound = held(formatPresentation({ ...parsePresentation(FILE)!, disclosures: [held().fields[0]!.disclosure] }));
  assert.equal(unbound.holder, undefined);
  await assert.rejects(makePresentation(unbound, ['/name'], { binding: TO }), RangeError);
});

test('what is no holder’s file is none', () => {
  const { receipt, disclosures } = parsePresentation(FILE)!;
  assert.equal(readHeld(receipt), undefined);
  assert.equal(readHeld(FILE.replace('extra ', 'extra x')), undefined);
  assert.equal(heldOf({ receipt, disclosures: [...disclosures, disclosures[0]!] }), undefined);
  assert.equal(heldOf({ receipt: receipt.replace(/extra .*/, `extra ${btoa('{"entry":"x"}')}`), disclosures }), undefined);
  const jwk = pointToJwk({ x: new Uint8Array(32), y: new Uint8Array(32) });
  const noEntry = btoa(JSON.stringify({ entry: 'a.b.c', jwk: { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y } }));
  assert.equal(heldOf({ receipt: receipt.replace(/extra .*/, `extra ${noEntry}`), disclosures }), undefined);
});

describe('on its way', () => {
  test('every presentation comes back from a link to the letter', async () => {
    for (const { presentation } of vectors) {
      const link = `https://town.example/verify#p=${await packPresentation(presentation)}`;
      assert.equal(await presentationInCode(link), presentation);
      assert.equal(await receiptInCode(link), undefined);
    }
  });

  test('a code that holds none, or inflates to more than any, is none', async () => {
    const bits = [...deflateRawSync(Buffer.alloc(2_000_000, 'a'))].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const packed = bits.match(/.{1,5}/g)?.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)]);
    for (const text of [`https://town.example/verify#p=${packed?.join('')}`, '#p=AAAA', '#p=', '#r=AAAA', 'hello']) {
      assert.equal(await presentationInCode(text), undefined);
    }
    assert.equal(await presentationInCode(FILE), FILE, 'the text itself');
  });

  test('how much fits a code of 3,800 letters', async (t) => {
    const sizes = await Promise.all(
      vectors.map(
        async ({ name, presentation }: { readonly name: string; readonly presentation: string }) =>
          `${name}: ${(await packPresentation(presentation)).length}`,
      ),
    );
    t.diagnostic(sizes.join('; '));
  });
});
