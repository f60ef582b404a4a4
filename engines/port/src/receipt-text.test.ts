/** A receipt written the fast way is the receipt that core writes, whatever is in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { formatReceipt } from '@tabularium/log';
import fc from 'fast-check';
import { joinReceipt, proofLines } from './receipt-text.ts';

test('the fast way to write a receipt writes what core writes', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABCxyz019-_.'), minLength: 1, maxLength: 200 });
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(text, text, text, fc.nat(), fc.array(hash, { maxLength: 5 }), (entry, x, y, index, hashes) => {
      const parts = { jwk: { kty: 'EC', crv: 'P-256', x, y } as const, index, hashes };
      const proof = proofLines({ ...parts, entry: nodeCrypto.utf8.encode(entry) });
      for (const line of proof) assert.match(line, /^[ !#-[\]-~]+$/);
      assert.equal(joinReceipt({ proof, checkpoint: 'note\n' }), formatReceipt({ ...parts, entry, checkpoint: 'note\n' }));
    }),
  );
});
