/** Amounts as they are written: points, commas, groups, minus signs behind, brackets; and what is no amount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainDecimal, shifted } from './decimal-text.ts';

test('points and commas', () => {
  for (const [text, expected] of [
    ['0', '0'],
    ['007', '7'],
    ['1234.5', '1234.5'],
    ['1,234,567.80', '1234567.80'],
    ['3,500', '3500'],
    [' 12 ', '12'],
    ['+5', '5'],
    ['-0.00', '0.00'],
    ['-12', '-12'],
    ['\u221212', '-12'],
    ['12-', '-12'],
    ['(12.50)', '-12.50'],
    ["1'234.00", '1234.00'],
    ['1 234', '1234'],
    ['1\u00a0234\u00a0567', '1234567'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
  ] as const) {
    assert.equal(plainDecimal(text), expected, text);
  }
  assert.equal(plainDecimal('1.234.567,80', { decimal: ',' }), '1234567.80');
  assert.equal(plainDecimal('1234,5', { decimal: ',' }), '1234.5');
});

test('what is no amount stays none, and a group is never mistaken for a fraction', () => {
  for (const text of [
    '',
    ' ',
    'ABCD',
    '1,5',
    '1,23,456',
    '1234,567',
    '1.2.3',
    '.5',
    '5.',
    '1e3',
    '0x10',
    'NaN',
    '--1',
    '1,234.5,6',
    '12 €',
    '(1',
    '1,2345',
  ]) {
    assert.equal(plainDecimal(text), undefined, text);
  }
  assert.equal(plainDecimal('1.5', { decimal: ',' }), undefined);
  assert.equal(plainDecimal('1,234.5', { decimal: ',' }), undefined);
});

test('any decimal survives grouping and a comma', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
      const fraction = String(cents).padStart(2, '0');
      const grouped = (whole < 0n ? -whole : whole).toString().replace(/(?<=[0-9])(?=([0-9]{3})+$)/g, '.');
      const expected = `${whole < 0n ? '-' : ''}${whole < 0n ? -whole : whole}.${fraction}`;
      assert.equal(plainDecimal(`${whole < 0n ? '-' : ''}${grouped},${fraction}`, { decimal: ',' }), expected);
    }),
  );
});

test('thousands become units', () => {
  for (const [plain, places, expected] of [
    ['12', 3, '12000'],
    ['12.5', 3, '12500'],
    ['12.34567', 3, '12345.67'],
    ['0.001', 3, '1'],
    ['-0.5', 1, '-5'],
    ['0', 3, '0'],
  ] as const) {
    assert.equal(shifted(plain, places), expected, plain);
  }
});
