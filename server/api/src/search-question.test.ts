/** However people write a number, an amount or a day, it is read as what it can mean, and never as what it cannot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewerWords, readQuestion } from './search-question.ts';

const cents = (q: string) => readQuestion(q).amounts.flatMap(({ digits, minor }) => (digits === 2 ? [minor] : []));
const days = (q: string) => {
  const read = readQuestion(q).days;
  return read === undefined ? undefined : `${read.from} ${read.to}`;
};

test('amounts are read with points and commas either way, with spaces, and with their currency', () => {
  for (const same of [
    '1,200.50',
    '1.200,50',
    '1200,50',
    '1200.5',
    '1 200,50',
    "1'200.50",
    '1200,50 EUR',
    'EUR 1200.50',
    '€1,200.50',
    '1.200,50 €',
  ])
    assert.deepEqual(cents(same), ['120050'], same);
  assert.equal(readQuestion('1200,50 eur').currency, 'EUR');
  assert.equal(readQuestion('£5').currency, 'GBP');
  assert.equal(readQuestion('$5').currency, undefined);
  assert.deepEqual(cents('1,234,567'), ['123456700']);
  assert.deepEqual(cents('1.200'), ['120000']);
  assert.deepEqual(readQuestion('1.200').amounts, [
    { digits: 0, minor: '1200' },
    { digits: 2, minor: '120000' },
    { digits: 3, minor: '1200000' },
    { digits: 3, minor: '1200' },
  ]);
  assert.deepEqual(cents('007'), ['700']);
  for (const none of ['12,34.56.7', '1,2,3', 'EUR', '1200 EUR EUR', 'EUR 5 EUR', '1.2.3', '9'.repeat(30), 'roof 12', '-5'])
    assert.deepEqual(cents(none), [], none);
});

test('a day, a month and a year are read as people write them', () => {
  for (const same of ['2025-03-03', '3 March 2025', 'March 3, 2025', '3rd of Mar 2025', '3 de marzo de 2025', '03.03.2025', '3/3/2025'])
    assert.equal(days(same), '2025-03-03 2025-03-03', same);
  for (const same of ['2025-02', 'February 2025', 'feb. 2025', 'febrero de 2025']) assert.equal(days(same), '2025-02-01 2025-02-28', same);
  assert.equal(days('2024-02'), '2024-02-01 2024-02-29');
  assert.equal(days('2025'), '2025-01-01 2025-12-31');
  assert.equal(days('diciembre 2025'), '2025-12-01 2025-12-31');
  for (const none of ['2025-13', '2025-02-30', '0999', '31.04.2025', 'Roof 2025', 'May', '3 March', '3 4 March 2025', '2025-3'])
    assert.equal(days(none), undefined, none);
});

test('numbers, names, ids and state keys are told apart by their form', () => {
  assert.equal(readQuestion(' 4711 ').entry, 4711);
  assert.equal(readQuestion('4711a').entry, undefined);
  assert.equal(readQuestion('AbCdEf-_').name, 'AbCdEf-_');
  assert.equal(readQuestion('AbCdEf').name, undefined);
  assert.equal(readQuestion('2025.GEN.2-151-01').id, '2025.GEN.2-151-01');
  const record = { module: 'treasury', collection: 'line', id: '2025.GEN.2-151-01' };
  assert.deepEqual(readQuestion('treasury/line/2025.GEN.2-151-01').record, record);
  assert.deepEqual(readQuestion('https://town.example/record/treasury/line/2025.GEN.2-151-01').record, record);
  assert.equal(readQuestion('treasury/line').record, undefined);
});

test('where nothing has all words, they are asked again with fewer of them, each by its beginning', () => {
  assert.deepEqual(fewerWords('street repaired'), [['repair street'], ['repair', 'street']]);
  assert.deepEqual(fewerWords('which street was repaired?')[0], ['repair street which was']);
  assert.deepEqual(fewerWords('roof'), []);
  assert.deepEqual(fewerWords('  '), []);
  assert.deepEqual(fewerWords('a an of'), []);
  const long = fewerWords('one two three four five six seven eight nine ten');
  assert.deepEqual(
    long.map(({ length }) => length),
    [1, 4, 6, 4],
  );
});
