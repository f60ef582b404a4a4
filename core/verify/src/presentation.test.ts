/**
 * Presentations against their language-neutral vectors, on both platforms; what an ordinary SD-JWT library says of the same.
 */
import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { SDJwtInstance } from '@sd-jwt/core';
import { nodeCrypto } from '@tabularium/crypto';
import {
  type Crypto,
  decodeBase64url,
  disclosable,
  encodeUtf8,
  parsePresentation,
  personal,
  readShownBySchema,
} from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { type TSchema, Type } from 'typebox';
import { PRESENTATION_CODES } from './verify-codes.ts';
import { type PresentationDemand, verifyPresentation } from './verify-presentation.ts';

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

function demandOf({ policy, now, maxAge, audience, nonce }: Vector, crypto: Crypto = nodeCrypto): PresentationDemand {
  return {
    ...{ policy, crypto },
    ...(now === undefined ? {} : { nowSeconds: now }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    ...(audience === undefined ? {} : { audience }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

for (const [platform, crypto] of [
  ['node:crypto', nodeCrypto],
  ['noble', nobleCrypto],
] as const satisfies readonly (readonly [string, Crypto])[]) {
  describe(platform, () => {
    for (const vector of VALID) {
      test(vector.name, () => {
        const verified = verifyPresentation(vector.presentation, demandOf(vector, crypto));
        assert.ok(verified.ok, JSON.stringify(verified));
        const { receipt, shown, hidden, holder = null, record } = verified;
        const { sdJwt: _, ...expected } = vector.expected;
        assert.deepEqual(
          {
            tx: receipt.transaction.name,
            shown,
            hidden,
            holder,
            record: record === undefined ? null : { key: record.key, state: record.state },
          },
          expected,
        );
        assert.deepEqual(verifyPresentation(encodeUtf8(vector.presentation), demandOf(vector, crypto)), verified);
      });
    }
    for (const vector of INVALID) {
      test(vector.name, () => {
        const refused = verifyPresentation(vector.presentation, demandOf(vector, crypto));
        assert.ok(!refused.ok);
        assert.equal(refused.code, vector.expected.code, refused.detail);
        assert.ok(refused.detail.startsWith(PRESENTATION_CODES[refused.code]));
        assert.doesNotMatch(refused.detail, /Linden|Vellmere|2019/, 'no value stands in a refusal');
      });
    }
  });
}

test('every code that is not a receipt’s has a vector, but for those of size and encoding below', () => {
  const provoked = new Set(INVALID.map(({ expected }) => expected.code));
  const receipts = new Set(vectors('receipt-invalid').map(({ expected }) => expected.code));
  const missing = Object.keys(PRESENTATION_CODES).filter((code) => !provoked.has(code) && !receipts.has(code));
  assert.deepEqual(missing, ['text-malformed']);
});

test('what is not text, or too large, is refused by its code', () => {
  const { presentation, ...vector } = VALID[0]!;
  const codeOf = (file: string | Uint8Array): string => {
    const checked = verifyPresentation(file, demandOf({ presentation, ...vector }));
    return checked.ok ? '' : checked.code;
  };
  assert.equal(codeOf(Uint8Array.of(...encodeUtf8(presentation), 0xff)), 'text-malformed');
  assert.equal(codeOf('\ud800'), 'text-malformed');
  assert.equal(codeOf(new Uint8Array(1024 * 1024 + 1)), 'text-malformed');
  assert.equal(codeOf(presentation + 'x'.repeat(1024 * 1024)), 'presentation-malformed');
});

test('an age without a clock is a mistake of the caller', () => {
  const { presentation, policy } = VALID[0]!;
  assert.throws(() => verifyPresentation(presentation, { policy, crypto: nodeCrypto, maxAgeSeconds: 1 }), RangeError);
});

describe('where the module is known', () => {
  const text = Type.String({ maxLength: 80 });
  const parent = disclosable({ name: personal(text, { of: 'mother' }) });
  const fields = { name: personal(text), birthYear: personal(Type.Integer()), birthDay: personal(text), birthPlace: personal(text) };
  const key = personal(Type.Object({ kty: text, crv: text, x: text, y: text }));
  const birth = (others: object) =>
    disclosable(
      { case: text, kind: text, parents: Type.Array(parent), ...fields, holderKey: key, note: personal(text), ...others },
      { case: 'case' },
    );
  const with_ = (vector: Vector, schema: TSchema) =>
    verifyPresentation(vector.presentation, {
      ...demandOf(vector),
      read: (_, body, disclosures) => readShownBySchema(body, schema, disclosures, nodeCrypto),
    });

  test('what is shown fits it, and says whom it is about', () => {
    for (const vector of VALID) {
      const verified = with_(vector, birth({}));
      assert.ok(verified.ok, JSON.stringify(verified));
      const expected = vector.expected.shown.map((one: { readonly path: string }) => (one.path === '' ? one : { ...one, about: 'mother' }));
      assert.deepEqual(verified.shown, expected, vector.name);
    }
  });

  test('a field or a value that it does not declare is refused', () => {
    const codeOf = (schema: TSchema): string => {
      const checked = with_(VALID[0]!, schema);
      return checked.ok ? '' : checked.code;
    };
    assert.equal(codeOf(birth({ birthYear: personal(text) })), 'disclosure-value');
    const { birthYear: _, ...others } = fields;
    const without = disclosable(
      { case: text, kind: text, parents: Type.Array(parent), ...others, holderKey: key, note: personal(text), year: personal(text) },
      { case: 'case' },
    );
    assert.equal(codeOf(without), 'disclosure-name');
    assert.equal(codeOf(birth({ one: personal(text) })), 'disclosure-body', 'as many digests as it declares fields');
  });
});

/** An SD-JWT library that is not ours, and knows neither ledger nor receipt. */
describe('@sd-jwt/core', () => {
  for (const { name, presentation, policy, expected, now = 0 } of VALID) {
    test(`finds the same fields: ${name}`, async () => {
      const whole = verifyPresentation(presentation, { policy, crypto: nodeCrypto });
      assert.ok(whole.ok);
      const signedBy = (jwk: JsonWebKey) => (data: string, signature: string) =>
        verify(
          'sha256',
          Buffer.from(data),
          { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url'),
        );
      const key = whole.shown.find((field) => field.name === 'holderKey')?.value as JsonWebKey | undefined;
      const judge = new SDJwtInstance({
        hashAlg: 'sha-256',
        hasher: (data) => nodeCrypto.sha256(typeof data === 'string' ? encodeUtf8(data) : new Uint8Array(data)),
        verifier: signedBy({ ...whole.receipt.jwk }),
        ...(key === undefined ? {} : { kbVerifier: signedBy(key) }),
      });
      const { payload, kb } = await judge.verify(expected.sdJwt, {
        currentDate: Math.min(now, 1_795_003_599),
        ...(expected.holder === null ? {} : { keyBindingNonce: expected.holder.nonce }),
      });
      const { body } = payload as { readonly body: { readonly parents: readonly object[] } };
      for (const { path, name: field, value } of expected.shown) {
        const holder = path === '' ? body : body.parents[Number(path.slice('/parents/'.length))];
        assert.deepEqual((holder as Readonly<Record<string, unknown>>)[field], value);
      }
      const clear = [body, ...body.parents].reduce((sum, object) => sum + Object.keys(object).length, 0);
      assert.equal(clear, expected.shown.length + 3, 'and no others: case, kind and parents stand in the body');
      assert.equal(kb?.payload.aud, expected.holder?.audience);
    });
  }
});

test('every character of a signed presentation that is changed is noticed', () => {
  const vector = VALID.find(({ name }) => name === 'with both')!;
  const bytes = encodeUtf8(vector.presentation);
  for (let at = 0; at < bytes.length; at++) {
    const before = bytes[at]!;
    bytes[at] = before ^ 1;
    assert.equal(verifyPresentation(bytes, demandOf(vector)).ok, false, `byte ${at}`);
    bytes[at] = before;
  }
});

test('the salts of the vectors are of 128 bits', () => {
  for (const text of parsePresentation(VALID.find(({ name }) => name.startsWith('everything'))!.presentation)!.disclosures) {
    assert.equal(decodeBase64url(JSON.parse(Buffer.from(text, 'base64url').toString())[0])?.length, 16);
  }
});
