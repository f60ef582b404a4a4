/** Civil dates: vectors, and the platform's own calendar as the judge over all days of eight centuries. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dayNumber, isDay } from '@tabularium/kernel';
import fc from 'fast-check';
import { addDays } from './civil-date.ts';

const { sums, impossible } = JSON.parse(readFileSync(new URL('../vectors/civil-date.json', import.meta.url), 'utf8')) as {
  readonly sums: readonly { readonly day: string; readonly plus: number; readonly gives: string }[];
  readonly impossible: readonly string[];
};

test('the vectors hold', () => {
  for (const { day, plus, gives } of sums) assert.equal(addDays(day, plus), gives);
  for (const day of impossible) {
    assert.equal(isDay(day), false, day);
    assert.throws(() => dayNumber(day), RangeError);
  }
  assert.throws(() => addDays('9999-12-31', 1), RangeError);
  assert.throws(() => addDays('0000-01-01', -1), RangeError);
});

test('every day from 1600 to 2400 is the platform’s', () => {
  let day = '1600-01-01';
  for (let n = dayNumber(day); day < '2400-01-01'; n++) {
    assert.equal(day, new Date(n * 86_400_000).toISOString().slice(0, 10));
    day = addDays(day, 1);
  }
});

test('adding and taking away days are each other’s reverse', () => {
  fc.assert(
    fc.property(fc.integer({ min: -600_000, max: 2_900_000 }), fc.integer({ min: -1_000, max: 1_000 }), (n, by) => {
      const day = addDays('1970-01-01', n);
      assert.equal(dayNumber(day), n);
      assert.equal(addDays(addDays(day, by), -by), day);
      assert.ok(isDay(day));
    }),
  );
});
