/**
 * The charter's calendar: civil dates, business days, and the zone as a table of UTC-offset transitions (DESIGN §4 "Time"). All in
 * integers, so that every node agrees on a date without a time-zone library. Day numbers after Howard Hinnant,
 * "chrono-compatible low-level date algorithms".
 */
import type { JsonValue } from '@tabularium/protocol';
import type { Charter } from './charter.ts';
import type { CharterView } from './module.ts';

const DAY_MS = 86_400_000;
/** A year of days: a search for a business day that finds none within it has a calendar without any. */
const MAX_DAYS = 3_660;

/** Days since 1970-01-01 of `YYYY-MM-DD`. Throws RangeError on anything else. */
export function dayNumber(date: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) throw new RangeError('A civil date is written YYYY-MM-DD.');
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const number = era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
  if (civilDate(number) !== date) throw new RangeError('There is no such day.');
  return number;
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
export function charterView({ calendar, parameters }: Pick<Charter, 'calendar' | 'parameters'>): CharterView {
  const holidays = new Set(calendar.holidays);
  const weekend = new Set(calendar.weekend);
  const offsetAt = (time: number): number => {
    let minutes = calendar.offsets[0]!.minutes;
    for (const transition of calendar.offsets) {
      if (transition.from > time) break;
      minutes = transition.minutes;
    }
    return minutes * 60_000;
  };
  return {
    parameter: (module, name) => parameters[module]?.[name] as JsonValue | undefined,
    date: (time) => civilDate(Math.floor((time + offsetAt(time)) / DAY_MS)),
    startOf: (date) => {
      const local = dayNumber(date) * DAY_MS;
      // The offset in force at local midnight: guess with the offset of the same instant in UTC, then correct once.
      const guess = local - offsetAt(local);
      return local - offsetAt(guess);
    },
    addBusinessDays: (date, n) => {
      if (!Number.isSafeInteger(n) || n < 0) throw new RangeError('Business days are counted forwards.');
      let day = dayNumber(date);
      let left = n;
      for (let step = 0; left > 0; step++) {
        if (step > MAX_DAYS) throw new RangeError('The calendar has no business day within ten years.');
        day++;
        if (!weekend.has(weekday(day)) && !holidays.has(civilDate(day))) left--;
      }
      return civilDate(day);
    },
  };
}
