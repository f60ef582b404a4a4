/** Refusal notices: what a node signs is read back with its key, and every flipped bit is caught. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import fc from 'fast-check';
import { thumbprint } from './key.ts';
import { makeRefusalNotice, type RefusalNotice, verifyRefusalNotice } from './notice.ts';

const { privateKey, jwk } = generateEs256();
const kid = thumbprint(jwk, nodeCrypto);
const sign = signEs256(privateKey);
const notice: RefusalNotice = {
  ledger: 'town.example/0123456789abcdef',
  tx: kid,
  code: 'treasury.limit-exceeded',
  rule: 'treasury.appropriation.limit',
  basis: 'Budget Act art. 12, “appropriations”',
  height: 41,
  time: 1_790_000_000_123,
};

describe('a refusal notice', () => {
  const text = makeRefusalNotice(notice, kid, sign);

  test('is read back with the node’s key', () => {
    assert.deepEqual(verifyRefusalNotice(text, jwk, nodeCrypto), { ok: true, notice });
  });

  test('with one bit flipped counts no more', () => {
    for (let bit = 0; bit < text.length * 7; bit++) {
      const at = Math.floor(bit / 7);
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 7))) + text.slice(at + 1);
      assert.equal(verifyRefusalNotice(changed, jwk, nodeCrypto).ok, false, `bit ${bit}`);
    }
  });

  test('is not made from members that would not be read', () => {
    const wrong: readonly Partial<Record<keyof RefusalNotice, unknown>>[] = [
      { code: 'x' },
      { tx: 'x' },
      { height: -1 },
      { time: 1.5 },
      { ledger: '' },
      { basis: 1 },
      { rule: '' },
    ];
    for (const change of wrong) assert.throws(() => makeRefusalNotice({ ...notice, ...change } as RefusalNotice, kid, sign), RangeError);
  });

  test('any text and any key get an answer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => assert.equal(verifyRefusalNotice(any, jwk, nodeCrypto).ok, false)));
    assert.equal(verifyRefusalNotice('\ud800', jwk, nodeCrypto).ok, false);
    assert.deepEqual(verifyRefusalNotice(text, { ...jwk, x: 'AA' }, nodeCrypto), { ok: false, code: 'notice-key' });
  });
});
