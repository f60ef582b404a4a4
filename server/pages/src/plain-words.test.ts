/** Amounts, times and codes as people read them, at their edges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  amountWords,
  codeWords,
  dayWords,
  keyWords,
  moneyWords,
  roleWords,
  roundAmountWords,
  shortId,
  timeWords,
  type Zone,
} from './plain-words.ts';

test('amounts have their currency’s digits and separated thousands', () => {
  assert.equal(moneyWords('123456789', 'EUR'), '1,234,567.89\u00a0EUR');
  assert.equal(moneyWords('5', 'EUR'), '0.05\u00a0EUR');
  assert.equal(moneyWords('-100', 'EUR'), '\u22121.00\u00a0EUR');
  assert.equal(moneyWords('1234', 'JPY'), '1,234\u00a0JPY');
  assert.equal(moneyWords('1234', 'BHD'), '1.234\u00a0BHD');
  assert.equal(amountWords('100000', 'EUR'), '1,000.00');
  assert.equal(moneyWords('9223372036854775807', 'EUR'), '92,233,720,368,547,758.07\u00a0EUR');
});

test('no amount loses a digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (minor) => {
      const text = amountWords(minor, 'EUR').replace('\u2212', '-').replace(/[,.]/g, '');
      assert.equal(BigInt(text), minor);
    }),
  );
});

test('large sums are rounded down to one digit', () => {
  assert.equal(roundAmountWords('1874999999', 'EUR'), '18.7\u00a0million');
  assert.equal(roundAmountWords('99999999', 'EUR'), '999,999');
  assert.equal(roundAmountWords('210000000000', 'EUR'), '2.1\u00a0billion');
});

test('times follow the charter’s zone through its transitions', () => {
  const zone: Zone = {
    name: 'Europe/Vienna',
    offsets: [
      { from: 0, minutes: 60 },
      { from: Date.UTC(2025, 2, 30, 1), minutes: 120 },
    ],
  };
  assert.equal(timeWords(Date.UTC(2025, 2, 30, 0, 59), zone), '30 March 2025, 01:59');
  assert.equal(timeWords(Date.UTC(2025, 2, 30, 1), zone), '30 March 2025, 03:00');
  assert.equal(timeWords(Date.UTC(2025, 11, 31, 23, 30), { name: 'UTC', offsets: [] }), '31 December 2025, 23:30');
  assert.equal(dayWords('2025-02-03'), '3 February 2025');
  assert.equal(dayWords('2025-13-03'), '2025-13-03');
});

test('codes, roles and keys become words; long ids are shortened, codes are not', () => {
  assert.equal(codeWords('court-of-audit'), 'Court of audit');
  assert.equal(roleWords('budget-controller', 'finance'), 'Budget controller, finance');
  assert.equal(roleWords('mayor', 'mayor'), 'Mayor');
  assert.equal(shortId(`${'ab'.repeat(16)}.12`), 'abababab… no. 12');
  assert.equal(shortId('ab'.repeat(32)), 'abababab…');
  assert.equal(shortId('A'.repeat(43)), 'AAAAAAAA…');
  assert.equal(keyWords('treasury/line/2025.GEN.2-1'), 'Line 2025.GEN.2-1');
});
