/**
 * The charter's calendar: civil dates, business days, and the zone as a table of UTC-offset transitions (DESIGN §4 "Time"). All in
 * integers, so that every node agrees on a date without a time-zone library. Day numbers after Howard Hinnant,
 * "chrono-compatible low-level date algorithms".
 */
import type { JsonValue } from '@tabularium/protocol';
import type { Charter } from './charter.ts';
import type { CharterView } from './module.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Days without a business day among them, after which a calendar is taken to have none. */
const MAX_IDLE_DAYS = 3_660;
/** Business days that can be counted at once. */
const MAX_BUSINESS_DAYS = 10_000;

const WRITTEN = /^\d{4}-\d{2}-\d{2}$/;

/** Days since 1970-01-01 of `YYYY-MM-DD`. Throws RangeError on anything else. */
export function dayNumber(date: string): number {
  if (!WRITTEN.test(date)) throw new RangeError('A civil date is written YYYY-MM-DD.');
  if (!isDay(date)) throw new RangeError('There is no such day.');
  return countDays(date);
}

/** Whether the text is a day that exists, written `YYYY-MM-DD`: `2027-02-29` does not. */
export function isDay(date: string): boolean {
  return WRITTEN.test(date) && civilDate(countDays(date)) === date;
}

function countDays(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** `YYYY-MM-DD` of a day number. */
export function civilDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** ISO weekday of a day number, 1 = Monday. */
function weekday(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** What modules may read of a charter. */
export function charterView({
  calendar,
  parameters,
  agencies,
  review,
}: Pick<Charter, 'calendar' | 'parameters' | 'agencies' | 'review'>): CharterView {
  const holidays = new Set(calendar.holidays);
  const weekend = new Set(calendar.weekend);
  const offsetAt = (time: number): number => {
    let minutes = calendar.offsets[0]!.minutes;
    for (const transition of calendar.offsets) {
      if (transition.from > time) break;
      minutes = transition.minutes;
    }
    return minutes * MINUTE_MS;
  };
  return {
    parameter: (module, name) => {
      const own = Object.hasOwn(parameters, module) ? parameters[module]! : {};
      return Object.hasOwn(own, name) ? (own[name] as JsonValue) : undefined;
    },
    agency: (code) => (Object.hasOwn(agencies, code) ? { reviews: review.agencies.includes(code) } : undefined),
    date: (time) => civilDate(Math.floor((time + offsetAt(time)) / DAY_MS)),
    startOf: (date) => {
      const midnight = dayNumber(date) * DAY_MS;
      // The first instant whose civil time has reached midnight: where clocks jump over it, that is the jump itself.
      for (const [i, { from, minutes }] of calendar.offsets.entries()) {
        const start = i === 0 ? midnight - minutes * MINUTE_MS : Math.max(from, midnight - minutes * MINUTE_MS);
        if (start < (calendar.offsets[i + 1]?.from ?? Number.POSITIVE_INFINITY)) return start;
      }
      throw new Error('a calendar has an offset for every instant');
    },
    addBusinessDays: (date, n) => {
      if (!Number.isSafeInteger(n) || n < 0 || n > MAX_BUSINESS_DAYS)
        throw new RangeError('Business days are counted forwards, up to 10,000.');
      let day = dayNumber(date);
      for (let left = n, idle = 0; left > 0; ) {
        day++;
        if (!weekend.has(weekday(day)) && !holidays.has(civilDate(day))) {
          left--;
          idle = 0;
        } else if (++idle > MAX_IDLE_DAYS) throw new RangeError('The calendar has no business day within ten years.');
      }
      return civilDate(day);
    },
  };
}
