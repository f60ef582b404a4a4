/** The state tree and its proofs together: every key of a tree can be proven present, every other absent, and nothing else can. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { asciiBytes, encodeUtf8 } from '@tabularium/protocol';
import fc from 'fast-check';
import { type StateRecord, stateProof } from './fact.ts';
import { decodeStateProof, encodeStateProof, verifyAbsence, verifyExistence } from './ics23.ts';
import { StateTree, stateLeafHash } from './state-tree.ts';

const { sha256 } = nodeCrypto;

function treeOf(records: readonly StateRecord[]): StateTree {
  const tree = new StateTree(sha256);
  tree.apply(
    records.map(({ key, value }, ref) => {
      const keyHash = sha256(asciiBytes(key));
      return { keyHash, leafHash: stateLeafHash(keyHash, sha256(encodeUtf8(value)), sha256), ref };
    }),
  );
  return tree;
}

const record = (n: number, value = n): StateRecord => ({ key: `treasury/account/${n}`, value: `{"balance":"${value}"}` });

test('a tree proves each of its keys, and the absence of every other, under its root alone', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 80 }), fc.nat(200), (present, other) => {
      const records = present.map((n) => record(n));
      const tree = treeOf(records);
      const { root } = tree;
      const later = treeOf([...records, record(201)]).root;
      for (const n of [...present.slice(0, 3), other]) {
        const { key, value } = record(n);
        const made = stateProof(key, tree.proof(sha256(asciiBytes(key))), (ref) => records[ref]!);
        const read = decodeStateProof(encodeStateProof(made));
        assert.deepEqual(read, made);
        const holds = (state: Uint8Array, claimed: string | null) =>
          claimed === null
            ? made.kind === 'absence' && verifyAbsence(state, asciiBytes(key), made.proof, nodeCrypto)
            : made.kind === 'existence' && verifyExistence(state, asciiBytes(key), encodeUtf8(claimed), made.proof, nodeCrypto);
        assert.equal(holds(root, value), present.includes(n));
        assert.equal(holds(root, null), !present.includes(n));
        assert.ok(!holds(root, record(n, n + 1).value));
        assert.ok(!holds(later, value) && !holds(later, null));
      }
    }),
  );
});

test('a proof with any bit flipped proves nothing any more', () => {
  const records = Array.from({ length: 40 }, (_, n) => record(n));
  const tree = treeOf(records);
  for (const key of ['treasury/account/7', 'treasury/account/none']) {
    const bytes = encodeStateProof(stateProof(key, tree.proof(sha256(asciiBytes(key))), (ref) => records[ref]!));
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        bytes[at]! ^= 1 << bit;
        const read = decodeStateProof(bytes);
        const holds =
          read?.kind === 'existence'
            ? verifyExistence(tree.root, asciiBytes(key), encodeUtf8(record(7).value), read.proof, nodeCrypto)
            : read?.kind === 'absence' && verifyAbsence(tree.root, asciiBytes(key), read.proof, nodeCrypto);
        assert.ok(!holds, `byte ${at}, bit ${bit}`);
        bytes[at]! ^= 1 << bit;
      }
    }
  }
});

test('in an empty tree nothing can be proven, and asking is a broken invariant', () => {
  const tree = new StateTree(sha256);
  const place = tree.proof(sha256(asciiBytes('treasury/account/1')));
  assert.throws(() => stateProof('treasury/account/1', place, () => record(1)), /empty tree/);
});
