/** Parcels: what goes in comes out, in order, within bounds, and a parcel of one is the transaction itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
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
