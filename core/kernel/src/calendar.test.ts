/** The charter's calendar against the platform's own: dates, zones and business days. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charterView, civilDate, dayNumber } from './calendar.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

/** Offset of a zone at an instant, in minutes, by the platform's table. */
function platformOffset(zone: string, time: number): number {
  const parts = new Intl.DateTimeFormat('en-GB-u-hc-h23', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).formatToParts(time);
  const part = (type: string) => Number(parts.find((one) => one.type === type)!.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((local - time) / MINUTE);
}

/** The zone's transitions within some years, found by halving. */
function transitions(zone: string, from: number, to: number): { readonly from: number; readonly minutes: number }[] {
  const found = [{ from, minutes: platformOffset(zone, from) }];
  for (let time = from; time < to; time += 7 * DAY) {
    let [low, high] = [time, time + 7 * DAY];
    if (platformOffset(zone, low) === platformOffset(zone, high)) continue;
    while (high - low > MINUTE) {
      const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
      if (platformOffset(zone, middle) === platformOffset(zone, low)) low = middle;
      else high = middle;
    }
    found.push({ from: high, minutes: platformOffset(zone, high) });
  }
  return found;
}

const view = (offsets: readonly { readonly from: number; readonly minutes: number }[], weekend = [6, 7], holidays: string[] = []) =>
  charterView({
    calendar: { zone: 'Etc/Test', offsets: [...offsets], weekend, holidays },
    parameters: { permit: { fee: 7 } },
    agencies: { town: {}, court: {} },
    review: { agencies: ['court'] },
  });

const FROM = Date.UTC(2010, 0, 1);
const TO = Date.UTC(2031, 0, 1);

test('day numbers and dates are the platform’s, both ways', () => {
  fc.assert(
    fc.property(fc.integer({ min: dayNumber('0001-01-01'), max: dayNumber('9999-12-31') }), (day) => {
      const date = civilDate(day);
      assert.equal(date, new Date(day * DAY).toISOString().slice(0, 10));
      assert.equal(dayNumber(date), day);
    }),
  );
  for (const date of ['2026-02-29', '2026-00-10', '2026-13-01', '2026-1-1', '26-01-01', 'today', '2026-01-32', ' 2026-01-01'])
    assert.throws(() => dayNumber(date), RangeError, date);
  assert.equal(civilDate(dayNumber('2024-02-29') + 1), '2024-03-01');
});

// Vienna changes at night, São Paulo and Beirut at midnight, St John's at one past midnight, Lord Howe by half an hour; Apia left out a day.
for (const zone of [
  'Europe/Vienna',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
]) {
  test(`civil dates in ${zone} are the platform’s, and each begins where the one before ends`, () => {
    const calendar = view(transitions(zone, FROM, TO));
    const local = (time: number) => new Date(time + platformOffset(zone, time) * MINUTE).toISOString().slice(0, 10);
    fc.assert(
      fc.property(fc.integer({ min: FROM / MINUTE, max: TO / MINUTE - 1 }), (minutes) => {
        assert.equal(calendar.date(minutes * MINUTE), local(minutes * MINUTE));
      }),
      { numRuns: 300 },
    );
    for (let day = dayNumber('2010-01-02'); day < dayNumber('2030-12-31'); day++) {
      const date = civilDate(day);
      const start = calendar.startOf(date);
      assert.ok(calendar.date(start) >= date, `${date} begins at ${start}`);
      assert.ok(calendar.date(start - 1) < date, `${date} does not begin before ${start}`);
    }
  });
}

test('a date that clocks leave out begins with the jump', () => {
  const calendar = view(transitions('Pacific/Apia', FROM, TO));
  assert.equal(calendar.startOf('2011-12-30'), calendar.startOf('2011-12-31'));
  assert.equal(calendar.date(calendar.startOf('2011-12-30')), '2011-12-31');
});

test('before its first transition a calendar has the first offset', () => {
  const calendar = view([{ from: Date.UTC(2020, 0, 1), minutes: 60 }]);
  assert.equal(calendar.startOf('2010-06-01'), Date.UTC(2010, 4, 31, 23));
  assert.equal(calendar.date(Date.UTC(2010, 4, 31, 23)), '2010-06-01');
});

test('business days pass over weekends and holidays', () => {
  const calendar = view([{ from: 0, minutes: 0 }], [6, 7], ['2026-04-03', '2026-04-06']);
  assert.equal(calendar.addBusinessDays('2026-04-02', 1), '2026-04-07');
  assert.equal(calendar.addBusinessDays('2026-04-04', 0), '2026-04-04');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 300 }), (day, n) => {
      const start = civilDate(day);
      let [expected, left] = [day, n];
      while (left > 0) {
        expected++;
        const weekday = new Date(expected * DAY).getUTCDay();
        if (weekday !== 0 && weekday !== 6 && !['2026-04-03', '2026-04-06'].includes(civilDate(expected))) left--;
      }
      assert.equal(calendar.addBusinessDays(start, n), civilDate(expected));
    }),
  );
  assert.equal(calendar.addBusinessDays('2026-01-01', 10_000).slice(0, 4), '2064', 'far ahead is no reason to fail');
});

test('counting business days is bounded', () => {
  const calendar = view([{ from: 0, minutes: 0 }]);
  for (const n of [-1, 0.5, 10_001, Number.NaN]) assert.throws(() => calendar.addBusinessDays('2026-01-01', n), RangeError);
  const never = view([{ from: 0, minutes: 0 }], [1, 2, 3, 4, 5, 6, 7]);
  assert.throws(() => never.addBusinessDays('2026-01-01', 1), /no business day/);
});

test('a module hears which agencies there are, and which of them review the others', () => {
  const { agency } = view([{ from: 0, minutes: 0 }]);
  assert.deepEqual([agency('town'), agency('court')], [{ reviews: false }, { reviews: true }]);
  for (const none of ['police', 'toString', '']) assert.equal(agency(none), undefined);
});

test('parameters are the charter’s own', () => {
  const calendar = view([{ from: 0, minutes: 0 }]);
  assert.equal(calendar.parameter('permit', 'fee'), 7);
  for (const [module, name] of [
    ['permit', 'constructor'],
    ['constructor', 'name'],
    ['permit', 'none'],
    ['none', 'fee'],
  ] as const)
    assert.equal(calendar.parameter(module, name), undefined);
});
