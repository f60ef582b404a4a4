/**
 * The protocol against its language-neutral vectors (testing/vectors/data), once with node:crypto and once with noble: the
 * server and a browser must give the same answer to every input, hostile ones above all.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { nobleCrypto } from '@tabularium/sdk';
import type { TSchema } from 'typebox';
import { encodeBase64url } from './base64.ts';
import { asciiBytes, fromHex } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Crypto } from './crypto.ts';
import { checkDisclosures, DISCLOSURE_CODES, parseDisclosure, splitSubmission } from './disclosure.ts';
import { parseJson } from './json.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { type PublicJwk, parsePublicJwk, thumbprint } from './key.ts';
import { parseLook, verifyLookSignature } from './look.ts';
import { MALFORMED_CODES } from './malformed.ts';
import { amountFromDecimal, formatAmount, minorDigits, parseAmount } from './money.ts';
import { verifyRefusalNotice } from './notice.ts';
import { readPayload } from './read-payload.ts';
import type { VerificationKey } from './signed-jws.ts';
import { parseTransaction, verifyTransaction } from './transaction.ts';

interface Vector {
  readonly name: string;
  readonly check: string;
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and the assertions below are its check.
  readonly input: any;
  readonly inputHex?: string;
  readonly key: VerificationKey;
  readonly jwk: PublicJwk;
  readonly currency: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly expected: any;
}

interface Vectors {
  readonly vectors: readonly Vector[];
  readonly schemas: Readonly<Record<string, TSchema>>;
}

function load(name: string): Vectors {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')) as Vectors;
}

const inputBytes = (vector: Vector): Uint8Array => (vector.inputHex === undefined ? asciiBytes(vector.input) : fromHex(vector.inputHex));
const implementations: readonly (readonly [string, Crypto])[] = [
  ['node:crypto', nodeCrypto],
  ['noble', nobleCrypto],
];

for (const [implementation, crypto] of implementations) {
  describe(`vectors with ${implementation}`, () => {
    test('transaction-valid', () => {
      for (const { name, input, key, expected } of load('transaction-valid').vectors) {
        const bytes = asciiBytes(input);
        const parsed = parseTransaction(bytes, crypto);
        assert.ok(parsed.ok, `${name}: ${parsed.ok ? '' : parsed.code}`);
        const { verified, ...facts } = expected;
        assert.deepStrictEqual({ ...parsed.transaction }, { bytes, ...facts }, name);
        assert.deepStrictEqual(readPayload(bytes, crypto), parsed.transaction, name);
        assert.equal(verifyTransaction(parsed.transaction, key, crypto), verified, name);
      }
    });

    test('transaction-malformed', () => {
      for (const vector of load('transaction-malformed').vectors) {
        const parsed = parseTransaction(inputBytes(vector), crypto);
        assert.equal(parsed.ok ? 'accepted' : parsed.code, vector.expected.code, vector.name);
      }
    });

    test('passkey', () => {
      for (const { name, input, key, expected } of load('passkey').vectors) {
        const parsed = parseTransaction(asciiBytes(input), crypto);
        const actual = parsed.ok
          ? { name: parsed.transaction.name, verified: verifyTransaction(parsed.transaction, key, crypto) }
          : { code: parsed.code };
        assert.deepStrictEqual(actual, expected, name);
      }
    });

    test('disclosure', () => {
      const { vectors, schemas } = load('disclosure');
      for (const vector of vectors) assert.deepStrictEqual(disclosureAnswer(vector, schemas, crypto), vector.expected, vector.name);
    });

    test('key', () => {
      for (const { name, input, expected } of load('key').vectors) {
        const key = parsePublicJwk(input);
        assert.deepStrictEqual(key === undefined ? null : { kid: thumbprint(key.jwk, crypto) }, expected, name);
      }
    });

    test('look', () => {
      for (const { name, input, key, expected } of load('look').vectors) {
        const look = parseLook(input, crypto);
        const answer = look === undefined ? null : { payload: look.payload, verified: verifyLookSignature(look, key, crypto) };
        assert.deepStrictEqual(answer, expected, name);
      }
    });

    test('notice', () => {
      for (const { name, input, jwk, expected } of load('notice').vectors) {
        const result = verifyRefusalNotice(input, jwk, crypto);
        assert.deepStrictEqual(result.ok ? { notice: result.notice } : { code: result.code }, expected, name);
      }
    });
  });
}

function disclosureAnswer({ check, input }: Vector, schemas: Readonly<Record<string, TSchema>>, crypto: Crypto): unknown {
  if (check === 'split') return splitSubmission(input) ?? null;
  if (check === 'parse') {
    const parsed = parseDisclosure(input, crypto);
    if (!parsed.ok) return { code: parsed.code };
    return { digest: parsed.digest, salt: encodeBase64url(parsed.salt), name: parsed.name, value: parsed.value };
  }
  const { takesPersonal } = input;
  const schema = schemas[input.schema] as TSchema;
  const checked = checkDisclosures(input.body as JsonObject, schema, input.disclosures, crypto, { takesPersonal });
  if (checked.ok) {
    return {
      placed: checked.disclosures.map(({ path, name, value, case: of }) => ({
        path,
        name,
        value,
        ...(of === undefined ? {} : { case: of }),
      })),
    };
  }
  return checked.path === undefined ? { code: checked.code } : { code: checked.code, path: checked.path };
}

describe('vectors without crypto', () => {
  test('json', () => {
    for (const { name, input, expected } of load('json').vectors) {
      const parsed = parseJson(input);
      assert.deepStrictEqual(parsed.ok ? { canonical: canonicalJson(parsed.value) } : { code: parsed.code, at: parsed.at }, expected, name);
      if (parsed.ok) assert.deepStrictEqual(parsed.value, JSON.parse(input) as JsonValue, name);
    }
  });

  test('money', () => {
    for (const { name, check, input, currency, expected } of load('money').vectors) {
      const amount = check === 'decimal' ? amountFromDecimal(input, currency) : parseAmount(input);
      const answer = check === 'currency' ? minorDigits(input) : amount === undefined ? undefined : formatAmount(amount);
      assert.equal(answer ?? null, expected, name);
    }
  });
});

describe('the closed lists', () => {
  const codesIn = (...files: readonly string[]): Set<string> =>
    new Set(files.flatMap((file) => load(file).vectors.map((vector) => vector.expected?.code as string)));

  test('every malformed code has a vector that provokes it', () => {
    const provoked = codesIn('transaction-malformed', 'passkey');
    assert.deepStrictEqual(
      Object.keys(MALFORMED_CODES).filter((code) => !provoked.has(code)),
      [],
    );
  });

  test('every disclosure code has a vector that provokes it, but for the number of disclosures', () => {
    const provoked = codesIn('disclosure');
    assert.deepStrictEqual(
      Object.keys(DISCLOSURE_CODES).filter((code) => !provoked.has(code)),
      ['disclosure-too-many'],
    );
  });
});
