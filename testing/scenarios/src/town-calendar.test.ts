/** Known dates hold the calendar: the machine will take these tables as law. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { businessDays, civilDate, dayNumber, holidays, instant, utcOffsets } from './town-calendar.ts';

test('day numbers and civil dates are each other’s inverse', () => {
  assert.equal(dayNumber(1970, 1, 1), 0);
  assert.equal(dayNumber(2000, 3, 1), 11_017);
  assert.equal(civilDate(11_016), '2000-02-29');
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 200_000 }), (days) => {
      const [year, month, day] = civilDate(days).split('-').map(Number);
      assert.equal(dayNumber(year!, month!, day!), days);
    }),
  );
});

test('movable feasts fall where almanacs put them', () => {
  // Easter Mondays of 2024, 2025, 2026 and the late one of 2038.
  for (const [year, monday] of [
    [2024, '2024-04-01'],
    [2025, '2025-04-21'],
    [2026, '2026-04-06'],
    [2038, '2038-04-26'],
  ] as const) {
    assert.ok(holidays(year).includes(monday), `${year}: ${holidays(year)}`);
  }
});

test('a year has about 250 business days and none on a weekend or holiday', () => {
  const days = businessDays(2025);
  assert.ok(days.length > 245 && days.length < 256, `${days.length}`);
  assert.ok(!days.map(civilDate).includes('2025-12-25'));
  assert.ok(!days.map(civilDate).includes('2025-03-01'));
});

test('clocks change on the last Sundays of March and October', () => {
  assert.deepEqual(utcOffsets(2025, 2025), [
    { from: 0, minutes: 60 },
    { from: Date.UTC(2025, 2, 30, 1), minutes: 120 },
    { from: Date.UTC(2025, 9, 26, 1), minutes: 60 },
  ]);
  assert.equal(instant(dayNumber(2025, 1, 15), 9, 30), Date.UTC(2025, 0, 15, 8, 30));
  assert.equal(instant(dayNumber(2025, 7, 15), 9, 30), Date.UTC(2025, 6, 15, 7, 30));
  assert.equal(instant(dayNumber(2025, 3, 30), 12, 0), Date.UTC(2025, 2, 30, 10));
});
