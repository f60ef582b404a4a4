/** Parcels: what goes in comes out, in order, within bounds, and a parcel of one is the transaction itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { parseTransaction } from '@tabularium/protocol';
import fc from 'fast-check';
import { Admissions } from './admissions.ts';
import { joinParcel, Parcels, packParcels } from './parcels.ts';

const parcels = (): Parcels =>
  new Parcels(new Admissions(async (batch) => batch.map(() => assert.fail('nothing is admitted here')), nodeCrypto));
const bytesOf = (text: string): Uint8Array => nodeCrypto.utf8.encode(text);

test('any transactions come out of their parcels as they went in', () => {
  const transaction = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/).map(bytesOf);
  fc.assert(
    fc.property(fc.array(transaction, { minLength: 1, maxLength: 400 }), (transactions) => {
      const packed = packParcels(transactions.map((bytes) => ({ bytes })));
      const read = packed.map((parcel) => parcels().of(joinParcel(parcel.map(({ bytes }) => bytes))));
      assert.deepEqual(
        read.flatMap(({ transactions: some }) => some.map((one) => Buffer.from(one).toString())),
        transactions.map((one) => Buffer.from(one).toString()),
      );
      assert.ok(read.every(({ transactions: some }) => some.length <= 125));
      for (const { transactions: some, hashes } of read) {
        assert.deepEqual(
          hashes,
          some.map((one) => parcels().of(one).hash),
        );
      }
    }),
    { numRuns: 50 },
  );
});

test('a parcel is no larger than its bound, and one large transaction is one of its own', () => {
  const packed = packParcels(Array.from({ length: 10 }, () => ({ bytes: new Uint8Array(60 * 1024) })));
  assert.deepEqual(
    packed.map(({ length }) => length),
    [4, 4, 2],
  );
  const [only] = packParcels([{ bytes: new Uint8Array(300 * 1024) }, { bytes: bytesOf('a') }]);
  assert.equal(only!.length, 1);
});

test('a parcel with an empty line, or nothing, holds what admission refuses', () => {
  for (const text of ['', 'a\n', '\na', 'a\n\nb'])
    assert.ok(
      parcels()
        .of(bytesOf(text))
        .transactions.some(({ length }) => length === 0),
      JSON.stringify(text),
    );
});

test('what is no parcel is not taken apart: a proposal full of line ends is one thing, which admission refuses', () => {
  const parcel = (lines: number): Uint8Array => bytesOf(Array.from({ length: lines }, () => 'a').join('\n'));
  assert.equal(parcels().of(parcel(125)).transactions.length, 125);
  for (const bytes of [parcel(126), new Uint8Array(200_000).fill(0x0a), new Uint8Array(4 * 1024 * 1024).fill(0x0a)]) {
    const { transactions, hashes, hash } = parcels().of(bytes);
    assert.deepEqual([transactions.length, hashes], [1, [hash]]);
    assert.ok(Buffer.from(transactions[0]!).equals(bytes));
    assert.ok(!parseTransaction(bytes, nodeCrypto).ok);
  }
});

test('what is kept of a parcel does not keep the message that it came in', () => {
  const message = Buffer.alloc(4 * 1024 * 1024, 'a\nb\n');
  const [first] = parcels().of(message.subarray(0, 3)).transactions;
  assert.ok(first!.buffer.byteLength < 100);
});
