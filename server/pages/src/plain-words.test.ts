/** Amounts, times and codes as people read them, at their edges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amountWords, codeWords, dayWords, moneyWords, shortId, timeWords, type Zone } from './plain-words.ts';
import { Saying } from './saying.ts';
import { Tongue } from './tongue.ts';

const UTC: Zone = { name: 'UTC', offsets: [] };
const english = new Saying(Tongue.english, UTC);
const spanish = new Saying(Tongue.asked('es'), UTC);

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
  assert.equal(english.roundAmount(1_874_999_999n, 'EUR'), '18.7\u00a0million');
  assert.equal(english.roundAmount(99_999_999n, 'EUR'), '999,999');
  assert.equal(english.roundAmount(210_000_000_000n, 'EUR'), '2.1\u00a0billion');
  assert.equal(spanish.roundAmount(1_874_999_999n, 'EUR'), '18,7\u00a0millones');
  assert.equal(spanish.roundAmount(100_000_000n, 'EUR'), '1\u00a0millón');
  assert.equal(spanish.roundAmount(210_000_000_000n, 'EUR'), '2,1\u00a0mil\u00a0millones');
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
  assert.equal(timeWords(Date.UTC(2025, 11, 31, 23, 30), UTC), '31 December 2025, 23:30');
  assert.equal(dayWords('2025-02-03'), '3 February 2025');
  assert.equal(dayWords('2025-13-03'), '2025-13-03');
});

test('codes become words; long ids are shortened, codes are not', () => {
  assert.equal(codeWords('court-of-audit'), 'Court of audit');
  assert.equal(shortId(`${'ab'.repeat(16)}.12`), 'abababab… no. 12');
  assert.equal(shortId('ab'.repeat(32)), 'abababab…');
  assert.equal(shortId('A'.repeat(43)), 'AAAAAAAA…');
});

test('in another language, as it is written there; what stands in a gap stays text', () => {
  assert.equal(spanish.money('123456789', 'EUR'), '1.234.567,89\u00a0EUR');
  assert.equal(spanish.time(Date.UTC(2026, 2, 14, 9, 32)), '14 de marzo de 2026, 09:32');
  assert.equal(spanish.count(1, 'line'), '1 línea');
  assert.equal(spanish.count(12_345, 'line'), '12.345 líneas');
  assert.equal(spanish.list(['Contabilidad', 'Alcaldía']), 'Contabilidad y Alcaldía');
  assert.equal(spanish.id(`${'ab'.repeat(16)}.12`), 'abababab… n.º 12');
  assert.equal(spanish.say('Witnessed by {names}', { names: '<b>' }).text, 'Visto por &lt;b&gt;');
});
