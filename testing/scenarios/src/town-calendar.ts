/**
 * The town's calendar: which days its offices work and how far its clocks are from UTC. A charter holds both as tables
 * (DESIGN §4 "Time"), so that no machine needs a time-zone library to agree on a civil date. Computed here with integer
 * arithmetic only; Easter by the anonymous Gregorian algorithm (Meeus, "Astronomical Algorithms", ch. 8), clock changes by
 * Directive 2000/84/EC: 01:00 UTC on the last Sundays of March and October.
 */

import { civilDate, dayNumber as dayNumberOf } from '@tabularium/kernel';

export { civilDate };

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a Gregorian date. */
export function dayNumber(year: number, month: number, day: number): number {
  const two = (number: number): string => String(number).padStart(2, '0');
  return dayNumberOf(`${year}-${two(month)}-${two(day)}`);
}

/** 0 = Sunday … 6 = Saturday. */
function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const k = c % 4;
  const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return dayNumber(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

/** Public holidays of one year as civil dates, in order: fixed days and those that follow Easter. */
export function holidays(year: number): string[] {
  const fixed = [
    [1, 1],
    [1, 6],
    [5, 1],
    [8, 15],
    [11, 1],
    [12, 24],
    [12, 25],
    [12, 26],
  ] as const;
  const easter = easterSunday(year);
  const days = [...fixed.map(([month, day]) => dayNumber(year, month, day)), easter - 2, easter + 1, easter + 39, easter + 50];
  return days.sort((x, y) => x - y).map(civilDate);
}

/** Business days of one year as day numbers, in order. */
export function businessDays(year: number): number[] {
  const free = new Set(holidays(year));
  const days: number[] = [];
  for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) {
    const of = weekday(day);
    if (of !== 0 && of !== 6 && !free.has(civilDate(day))) days.push(day);
  }
  return days;
}

function lastSunday(year: number, month: number): number {
  const last = dayNumber(year, month + 1, 1) - 1;
  return last - weekday(last);
}

/** Clock changes from a year's start on: each offset (minutes east of UTC) holds from `from` (ms UTC). */
export function utcOffsets(firstYear: number, lastYear: number): { from: number; minutes: number }[] {
  const table = [{ from: 0, minutes: 60 }];
  for (let year = firstYear; year <= lastYear; year++) {
    table.push({ from: lastSunday(year, 3) * DAY_MS + 3_600_000, minutes: 120 });
    table.push({ from: lastSunday(year, 10) * DAY_MS + 3_600_000, minutes: 60 });
  }
  return table;
}

/** The instant (ms UTC) of a local clock time on a civil day in the town. */
export function instant(day: number, hour: number, minute: number): number {
  const local = day * DAY_MS + hour * 3_600_000 + minute * 60_000;
  const year = Number(civilDate(day).slice(0, 4));
  const summer = local >= lastSunday(year, 3) * DAY_MS + 7_200_000 && local < lastSunday(year, 10) * DAY_MS + 10_800_000;
  return local - (summer ? 120 : 60) * 60_000;
}
