/** Money as properties: one spelling per amount, exact to the last minor unit, never outside 64 bits. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { makeBodyChecker } from './body-checker.ts';
import { CURRENCIES } from './currencies.ts';
import { amountFromDecimal, amountToDecimal, formatAmount, isAmount, MAX_AMOUNT, Money, parseAmount } from './money.ts';

const amounts = fc.oneof(
  fc.bigInt({ min: -MAX_AMOUNT, max: MAX_AMOUNT }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: MAX_AMOUNT - 1000n, max: MAX_AMOUNT }),
);

describe('amounts', () => {
  test('go both ways, and only their one spelling is read', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = formatAmount(amount);
        assert.equal(parseAmount(text), amount);
        for (const other of [`+${text}`, `0${text}`, ` ${text}`, `${text}.0`, `${text}\n`])
          assert.equal(parseAmount(other), undefined, other);
      }),
    );
  });

  test('any digits are read exactly if BigInt finds them within bounds and writes them alike', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?[0-9]{1,22}$/), (text) => {
        const value = BigInt(text === '-' ? '0' : text);
        const proper = value.toString() === text && isAmount(value);
        assert.equal(parseAmount(text), proper ? value : undefined);
      }),
      { numRuns: 3000 },
    );
  });

  test('every number around the bound, digit by digit', () => {
    const max = MAX_AMOUNT.toString();
    for (let i = 0; i < max.length; i++) {
      for (let digit = 0; digit <= 9; digit++) {
        const text = max.slice(0, i) + digit + max.slice(i + 1);
        const value = BigInt(text);
        assert.equal(parseAmount(text), value.toString() === text && value <= MAX_AMOUNT ? value : undefined, text);
      }
    }
  });

  test('an overflow is a broken invariant', () => {
    assert.throws(() => formatAmount(MAX_AMOUNT + 1n), RangeError);
    assert.throws(() => formatAmount(-MAX_AMOUNT - 1n), RangeError);
  });
});

describe('decimals', () => {
  test('of every currency go both ways', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...CURRENCIES.keys()), (amount, currency) => {
        const text = amountToDecimal(amount, currency);
        assert.ok(text !== undefined);
        assert.equal(amountFromDecimal(text, currency), amount);
        assert.equal(text.split('.')[1]?.length ?? 0, CURRENCIES.get(currency));
      }),
    );
    assert.equal(amountToDecimal(-5n, 'EUR'), '-0.05');
    assert.equal(amountToDecimal(-5n, 'JPY'), '-5');
    assert.equal(amountToDecimal(5n, 'KWD'), '0.005');
    assert.equal(amountToDecimal(1n, 'XXX'), undefined);
  });

  test('any text gets an answer', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const amount = amountFromDecimal(text, 'EUR');
        assert.ok(amount === undefined || isAmount(amount));
      }),
    );
  });
});

test('the schema takes exactly what is an amount and a currency', () => {
  const check = makeBodyChecker(Money);
  assert.ok(check({ amount: '-9223372036854775807', currency: 'KWD' }).ok);
  const wrong = [
    { amount: '9223372036854775808', currency: 'EUR' },
    { amount: '1.00', currency: 'EUR' },
    { amount: 1, currency: 'EUR' },
    { amount: '1', currency: 'XXX' },
    { amount: '1', currency: 'eur' },
    { amount: '1' },
    { amount: '1', currency: 'EUR', note: '' },
  ];
  for (const value of wrong) assert.equal(check(value).ok, false, JSON.stringify(value));
});

test('currencies are codes of three letters, each once, with at most four digits', () => {
  const listed = [...CURRENCIES];
  assert.equal(listed.length, 171);
  for (const [code, digits] of listed) assert.ok(/^[A-Z]{3}$/.test(code) && digits >= 0 && digits <= 4, code);
});
