/**
 * Receipts and facts against their language-neutral vectors (testing/vectors/data), once with node:crypto and once
 * with noble; and one changed byte at a time.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type Crypto, encodeUtf8 } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { FACT_CODES, RECEIPT_CODES } from './verify-codes.ts';
import { type FactDemand, verifyFact } from './verify-fact.ts';
import { verifyReceipt } from './verify-receipt.ts';

interface Vector {
  readonly name: string;
  readonly receipt: string;
  readonly bundle: string;
  readonly policy: string;
  readonly now?: number;
  readonly maxAge?: number;
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and the assertions below are its check.
  readonly expected: any;
}

function vectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
}

function demandOf({ now, maxAge }: Vector): FactDemand {
  return { ...(now === undefined ? {} : { nowSeconds: now }), ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }) };
}

for (const [platform, crypto] of [
  ['node:crypto', nodeCrypto],
  ['noble', nobleCrypto],
] as const satisfies readonly (readonly [string, Crypto])[]) {
  describe(platform, () => {
    for (const vector of vectors('receipt-valid')) {
      test(`receipt: ${vector.name}`, () => {
        const verified = verifyReceipt(vector.receipt, vector.policy, crypto, vector.now);
        assert.ok(verified.ok, JSON.stringify(verified));
        const { transaction, index, checkpoint, cosigners } = verified;
        assert.deepEqual(
          { tx: transaction.name, index, size: checkpoint.size, cosigners: cosigners.map(({ name }) => name) },
          vector.expected,
        );
        assert.deepEqual(verifyReceipt(encodeUtf8(vector.receipt), vector.policy, crypto, vector.now), verified);
      });
    }
    for (const vector of vectors('receipt-invalid')) {
      test(`receipt: ${vector.name}`, () => {
        const refused = verifyReceipt(vector.receipt, vector.policy, crypto, vector.now);
        assert.ok(!refused.ok);
        assert.equal(refused.code, vector.expected.code);
        assert.ok(refused.detail.startsWith(RECEIPT_CODES[refused.code]));
      });
    }
    for (const vector of vectors('fact-valid')) {
      test(`fact: ${vector.name}`, () => {
        const verified = verifyFact(vector.bundle, vector.policy, crypto, demandOf(vector));
        assert.ok(verified.ok, JSON.stringify(verified));
        const { key, value, seal, seenAt = null } = verified;
        assert.deepEqual({ key, value, height: seal.height, seenAt }, vector.expected);
      });
    }
    for (const vector of vectors('fact-invalid')) {
      test(`fact: ${vector.name}`, () => {
        const refused = verifyFact(vector.bundle, vector.policy, crypto, demandOf(vector));
        assert.ok(!refused.ok);
        assert.equal(refused.code, vector.expected.code);
        assert.ok(refused.detail.startsWith(FACT_CODES[refused.code]));
      });
    }
  });
}

test('every code has a vector that provokes it, but for those of size and encoding below', () => {
  const provoked = (file: string) => new Set(vectors(file).map(({ expected }) => expected.code));
  const missing = (codes: object, file: string) => Object.keys(codes).filter((code) => !provoked(file).has(code));
  assert.deepEqual(missing(RECEIPT_CODES, 'receipt-invalid'), ['text-malformed']);
  assert.deepEqual(missing(FACT_CODES, 'fact-invalid'), ['text-malformed', 'bundle-too-large']);
});

test('files that are not text, or too large, are refused by their code', () => {
  const { receipt, policy } = vectors('receipt-valid')[0]!;
  const bytes = encodeUtf8(receipt);
  const codeOf = (file: string | Uint8Array) => {
    const [asReceipt, asFact] = [verifyReceipt(file, policy, nodeCrypto), verifyFact(file, policy, nodeCrypto)];
    return [asReceipt.ok ? '' : asReceipt.code, asFact.ok ? '' : asFact.code];
  };
  assert.deepEqual(codeOf(Uint8Array.of(...bytes, 0xff)), ['text-malformed', 'text-malformed']);
  assert.deepEqual(codeOf('\ud800'), ['text-malformed', 'text-malformed']);
  assert.deepEqual(codeOf(new Uint8Array(1024 * 1024 + 1)), ['text-malformed', 'text-malformed']);
  assert.deepEqual(codeOf('x'.repeat(1024 * 1024 + 1)), ['receipt-malformed', 'bundle-too-large']);
  assert.deepEqual(codeOf(`"${'x'.repeat(262_144)}"`), ['receipt-malformed', 'bundle-too-large']);
});

test('an age without a clock is a mistake of the caller', () => {
  const { bundle, policy } = vectors('fact-valid')[0]!;
  assert.throws(() => verifyFact(bundle, policy, nodeCrypto, { maxAgeSeconds: 1 }), RangeError);
});

/** Byte ranges of the signature lines without which the receipt still verifies. */
function unneededLines(receipt: string, policy: string): { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = 0;
  for (const line of receipt.split(/(?<=\n)/)) {
    const end = start + encodeUtf8(line).length;
    if (line.startsWith('\u2014 ') && verifyReceipt(receipt.replace(line, ''), policy, nodeCrypto).ok) ranges.push({ start, end });
    start = end;
  }
  return ranges;
}

for (const name of ['usual', 'signed by a passkey', 'with a stranger’s cosignature', 'trusted on the court’s word']) {
  test(`any changed byte is noticed, but in signature lines that the policy does not need: ${name}`, () => {
    const { receipt, policy, now } = vectors('receipt-valid').find((vector) => vector.name === name)!;
    const bytes = encodeUtf8(receipt);
    const unneeded = unneededLines(receipt, policy);
    assert.equal(unneeded.length, { usual: 0, 'signed by a passkey': 0, 'with a stranger’s cosignature': 1 }[name] ?? 2);
    let free = 0;
    for (let at = 0; at < bytes.length; at++) {
      const inUnneeded = unneeded.some(({ start, end }) => start <= at && at < end);
      const before = bytes[at]!;
      // Another letter of the alphabet; for one receipt also the other case, a byte that is not ASCII, and a line end.
      for (const changed of name === 'usual' ? [before ^ 1, before ^ 0x20, before ^ 0x80, 0x0a] : [before ^ 1]) {
        if (changed === before) continue;
        bytes[at] = changed;
        if (verifyReceipt(bytes, policy, nodeCrypto, now).ok) {
          assert.ok(inUnneeded, `byte ${at} from ${before} to ${changed}`);
          free++;
        }
      }
      bytes[at] = before;
      if (!inUnneeded)
        assert.ok(
          !verifyReceipt(Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]), policy, nodeCrypto, now).ok,
          `byte ${at} left out`,
        );
    }
    if (unneeded.length === 0) assert.equal(free, 0);
  });
}
