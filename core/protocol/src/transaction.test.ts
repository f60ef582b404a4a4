/** Transactions as properties: any bytes get an answer, any flipped bit is caught, and the quick way back equals the strict one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import fc from 'fast-check';
import { decodeBase64url } from './base64.ts';
import { asciiText } from './bytes.ts';
import type { JsonObject } from './json-value.ts';
import { jwkToPoint, thumbprint } from './key.ts';
import { MALFORMED_CODES } from './malformed.ts';
import { readPayload } from './read-payload.ts';
import { encodeTransaction, MAX_TRANSACTION_BYTES, parseTransaction, signingInput, verifyTransaction } from './transaction.ts';
import { isActionName, isOrigin, isRoleAtOffice, isStateId, isStateKey } from './transaction-fields.ts';
import type { Transaction, TransactionPayload } from './transaction-types.ts';

const { privateKey, jwk } = generateEs256();
const sign = signEs256(privateKey);
const kid = thumbprint(jwk, nodeCrypto);
const key = { kind: 'es256', jwk } as const;

const payload: TransactionPayload = {
  ledger: 'town.example/0123456789abcdef',
  id: '01JD0RNSS0ABCDEFGHJKMNPQRS',
  action: 'treasury.payment.order',
  as: 'treasurer@finance',
  for: 'mandate:1',
  exp: 1_800_000_000,
  on: { 'treasury/payable/1': 3 },
  body: { amount: { amount: '1', currency: 'EUR' } },
};

/** Payloads that a client could send: optional members in or out, any JSON the protocol holds in the body. */
const bodies = fc
  .dictionary(
    fc.string({ maxLength: 8 }),
    fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary', maxLength: 20 }), fc.constant(null), fc.constant([{ a: 1 }])),
    {
      maxKeys: 6,
    },
  )
  .map((body) => JSON.parse(JSON.stringify(body)) as JsonObject);
const payloads = fc
  .record(
    {
      ledger: fc.constant(payload.ledger),
      id: fc.constant(payload.id),
      action: fc.constantFrom('kernel.propose', 'treasury.payment.order@2'),
      as: fc.constant('clerk@registry'),
      for: fc.stringMatching(/^[A-Za-z0-9._:@~-]{1,20}$/),
      exp: fc.integer({ min: 1, max: 253_402_300_799 }),
      on: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}\/[a-z]{1,5}\/[a-z0-9]{1,9}$/), fc.nat(), { maxKeys: 4 }).map((on) => ({ ...on })),
      body: bodies,
    },
    { requiredKeys: ['ledger', 'id', 'action', 'exp', 'body'] },
  )
  .map((value) => value as TransactionPayload);

function parse(bytes: Uint8Array): Transaction {
  const parsed = parseTransaction(bytes, nodeCrypto);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.code);
  return parsed.transaction;
}

/** The claim every malformed answer makes, and the claim every accepted one makes. */
function assertAnswered(bytes: Uint8Array): void {
  const parsed = parseTransaction(bytes, nodeCrypto);
  if (!parsed.ok) {
    assert.ok(Object.hasOwn(MALFORMED_CODES, parsed.code), parsed.code);
    return;
  }
  assert.equal(parsed.transaction.bytes, bytes);
  const nodeText = (from: Uint8Array, start: number, end: number): string =>
    Buffer.from(Buffer.from(from).toString('latin1', start, end), 'base64url').toString('utf8');
  assert.deepStrictEqual(readPayload(bytes, nodeCrypto), parsed.transaction);
  assert.deepStrictEqual(readPayload(bytes, nodeCrypto, { name: parsed.transaction.name, decodeText: nodeText }), parsed.transaction);
}

describe('making and reading', () => {
  test('what a client encodes is read back and verifies', () => {
    fc.assert(
      fc.property(payloads, (value) => {
        const bytes = encodeTransaction(value, kid, sign);
        const transaction = parse(bytes);
        assert.deepStrictEqual(transaction.payload, JSON.parse(JSON.stringify(value)));
        assert.deepStrictEqual([transaction.kid, transaction.kind], [kid, 'es256']);
        assert.ok(verifyTransaction(transaction, key, nodeCrypto));
        assertAnswered(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test('a signer may answer later', async () => {
    const bytes = await encodeTransaction(payload, kid, (message) => Promise.resolve(sign(message)));
    assert.ok(verifyTransaction(parse(bytes), key, nodeCrypto));
  });

  test('the name covers what was signed and not the signature', () => {
    const bytes = encodeTransaction(payload, kid, sign);
    const transaction = parse(bytes);
    assert.equal(asciiText(signingInput(transaction)), asciiText(bytes).slice(0, asciiText(bytes).lastIndexOf('.')));
    assert.equal(transaction.name, parse(encodeTransaction(payload, kid, sign)).name);
    assert.equal(decodeBase64url(transaction.name)?.length, 32);
  });

  test('a client is stopped before it signs what would be refused', () => {
    const wrong: readonly Partial<Record<keyof TransactionPayload | 'extra', unknown>>[] = [
      { ledger: 'town' },
      { id: '1' },
      { action: 'order' },
      { exp: 1_800_000_000_000 },
      { on: { a: 1 } },
      { body: null },
      { extra: 1 },
    ];
    for (const change of wrong) {
      assert.throws(() => encodeTransaction({ ...payload, ...change } as TransactionPayload, kid, sign), RangeError);
    }
    assert.throws(() => encodeTransaction({ ...payload, body: { n: 1.5 } }, kid, sign), TypeError);
    assert.throws(() => encodeTransaction(payload, 'treasurer', sign), RangeError);
    assert.throws(() => encodeTransaction({ ...payload, body: { a: 'a'.repeat(MAX_TRANSACTION_BYTES) } }, kid, sign), RangeError);
  });
});

describe('hostile bytes', () => {
  test('any bytes get an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => assertAnswered(bytes)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'eyJ.A_-=+/{"} '), { maxLength: 60 }), (characters) =>
        assertAnswered(Buffer.from(characters.join(''))),
      ),
      { numRuns: 5000 },
    );
  });

  test('any header and any payload get an answer', () => {
    const part = fc.oneof(
      fc.json(),
      fc.string(),
      payloads.map((value) => JSON.stringify(value)),
      fc.constant(`{"alg":"ES256","kid":"${kid}","typ":"tabularium-tx+jwt"}`),
    );
    fc.assert(
      fc.property(part, part, fc.uint8Array({ minLength: 1, maxLength: 200 }), (header, body, third) => {
        assertAnswered(Buffer.from([header, body, third].map((text) => Buffer.from(text as string).toString('base64url')).join('.')));
      }),
      { numRuns: 2000 },
    );
  });

  test('a transaction changed in a few places gets an answer, and what is still read verifies no more', () => {
    const bytes = encodeTransaction(payload, kid, sign);
    const edits = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.boolean(), (changes, cut) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, byte] of changes) changed[at] = byte;
        const value = cut ? changed.subarray(0, changes[0]?.[0]) : changed;
        assertAnswered(value);
        const parsed = parseTransaction(value, nodeCrypto);
        if (parsed.ok && !Buffer.from(value).equals(bytes)) assert.equal(verifyTransaction(parsed.transaction, key, nodeCrypto), false);
      }),
      { numRuns: 3000 },
    );
  });

  test('every single flipped bit is caught', () => {
    const bytes = encodeTransaction({ ...payload, body: {} }, kid, sign);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const parsed = parseTransaction(changed, nodeCrypto);
      if (parsed.ok) assert.equal(verifyTransaction(parsed.transaction, key, nodeCrypto), false, `bit ${bit}`);
    }
  });

  test('what an answer says of malformed bytes repeats none of them', () => {
    const marker = 'MARKERMARKER';
    const texts = [`{"${marker}":1}`, `{"alg":"${marker}"}`, `{"alg":"ES256","kid":"${marker}","typ":"${marker}"}`, marker];
    for (const text of texts) {
      const parsed = parseTransaction(
        Buffer.from(`${Buffer.from(text).toString('base64url')}.${Buffer.from(text).toString('base64url')}.${marker}`),
        nodeCrypto,
      );
      assert.ok(!parsed.ok && !JSON.stringify(parsed).includes(marker));
    }
  });
});

describe('verifying', () => {
  const transaction = parse(encodeTransaction(payload, kid, sign));

  test('a key may be given as point or as JWK', () => {
    const point = jwkToPoint(jwk);
    assert.ok(point !== undefined && verifyTransaction(transaction, { kind: 'es256', point }, nodeCrypto));
  });

  test('kinds never mix and malformed keys verify nothing', () => {
    assert.equal(verifyTransaction(transaction, { kind: 'passkey', jwk, rpId: 'a', origins: [] }, nodeCrypto), false);
    assert.equal(verifyTransaction(transaction, { kind: 'es256', jwk: { ...jwk, x: 'AA' } }, nodeCrypto), false);
    assert.equal(verifyTransaction(transaction, { kind: 'es256', jwk: { ...jwk, crv: 'P-521' as 'P-256' } }, nodeCrypto), false);
    assert.equal(
      verifyTransaction(transaction, { kind: 'es256', point: { x: new Uint8Array(32), y: new Uint8Array(32) } }, nodeCrypto),
      false,
    );
  });
});

test('the patterns of single fields', () => {
  assert.ok(isOrigin('a/0123456789abcdef') && !isOrigin('a') && !isOrigin('-a/0123456789abcdef'));
  assert.ok(isActionName('kernel.order.execute') && !isActionName('Kernel.order'));
  assert.ok(isRoleAtOffice('reviewer@court.north') && !isRoleAtOffice('reviewer'));
  assert.ok(isStateId('a'.repeat(128)) && !isStateId('a'.repeat(129)) && !isStateId(''));
  assert.ok(isStateKey('kernel/officer/ada') && !isStateKey('kernel/officer'));
});
