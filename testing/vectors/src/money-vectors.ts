/** Vectors of docs/spec/money.md: amounts of minor units, plain decimals, and the minor digits of currencies. */
import type { VectorFile } from './vector-file.ts';

interface MoneyVector {
  readonly name: string;
  readonly check: 'amount' | 'decimal' | 'currency';
  readonly input: string;
  readonly currency?: string;
  /** The amount in minor units (as text), the digits, or null where the input is refused. */
  readonly expected: string | number | null;
}

const amount = (input: string, valid = true): MoneyVector => ({
  name: `amount ${JSON.stringify(input)}`,
  check: 'amount',
  input,
  expected: valid ? input : null,
});
const decimal = (input: string, currency: string, expected: string | null): MoneyVector => ({
  name: `decimal ${JSON.stringify(input)} ${currency}`,
  check: 'decimal',
  input,
  currency,
  expected,
});
const digits = (input: string, expected: number | null): MoneyVector => ({
  name: `digits of ${JSON.stringify(input)}`,
  check: 'currency',
  input,
  expected,
});

function amounts(): MoneyVector[] {
  const good = [
    '0',
    '1',
    '-1',
    '10',
    '999',
    '-125000',
    '1000000000000000000',
    '8999999999999999999',
    '9223372036854775799',
    '9223372036854775807',
    '-9223372036854775807',
  ];
  const bad = [
    '',
    '-',
    '-0',
    '00',
    '01',
    '-01',
    '+1',
    ' 1',
    '1 ',
    '1\n',
    '1.0',
    '1e3',
    '1,000',
    '1_000',
    '0x10',
    '٣',
    '９',
    '--1',
    '1-',
    'NaN',
    '9223372036854775808',
    '-9223372036854775808',
    '9300000000000000000',
    '10000000000000000000',
    '99999999999999999999999999',
  ];
  return [...good.map((text) => amount(text)), ...bad.map((text) => amount(text, false))];
}

function decimals(): MoneyVector[] {
  return [
    decimal('1234.50', 'EUR', '123450'),
    decimal('1234.5', 'EUR', '123450'),
    decimal('1234', 'EUR', '123400'),
    decimal('-0.01', 'EUR', '-1'),
    decimal('+0.05', 'EUR', '5'),
    decimal('-0.00', 'EUR', '0'),
    decimal('0007.10', 'EUR', '710'),
    decimal('1.2300', 'EUR', '123'),
    decimal('1.234', 'EUR', null),
    decimal('1.234', 'KWD', '1234'),
    decimal('1.2', 'KWD', '1200'),
    decimal('500', 'JPY', '500'),
    decimal('500.00', 'JPY', '500'),
    decimal('500.5', 'JPY', null),
    decimal('1.0001', 'CLF', '10001'),
    decimal('92233720368547758.07', 'EUR', '9223372036854775807'),
    decimal('92233720368547758.08', 'EUR', null),
    decimal('-92233720368547758.08', 'EUR', null),
    decimal('9223372036854775808', 'JPY', null),
    decimal('1,234.50', 'EUR', null),
    decimal('1.234,50', 'EUR', null),
    decimal('1e3', 'EUR', null),
    decimal('.5', 'EUR', null),
    decimal('5.', 'EUR', null),
    decimal('', 'EUR', null),
    decimal('€5', 'EUR', null),
    decimal(' 5', 'EUR', null),
    decimal('5', 'XXX', null),
    decimal('5', 'eur', null),
  ];
}

export const money: VectorFile<MoneyVector> = {
  description: 'Amounts of minor units (refused: null), plain decimals turned into minor units, and minor digits of currencies (ISO 4217).',
  spec: 'docs/spec/money.md',
  vectors: [
    ...amounts(),
    ...decimals(),
    digits('EUR', 2),
    digits('JPY', 0),
    digits('KWD', 3),
    digits('CLF', 4),
    digits('XCG', 2),
    digits('HRK', 2),
    digits('XAU', null),
    digits('XTS', null),
    digits('eur', null),
    digits('', null),
    digits('EURO', null),
  ],
};
