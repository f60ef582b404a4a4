/** What is asked of civil dates (`YYYY-MM-DD`) beyond what the charter's calendar answers: which day is n days on. */
import { civilDate, dayNumber } from '@tabularium/kernel';

/** 0000-01-01 and 9999-12-31: the days that four digits of a year can write. */
const FIRST = dayNumber('0000-01-01');
const LAST = dayNumber('9999-12-31');

/** The day `n` days after `text` (before it, if negative). Throws RangeError for a day that does not exist and outside the years 0000–9999. */
export function addDays(text: string, n: number): string {
  const day = dayNumber(text) + n;
  if (day < FIRST || day > LAST) throw new RangeError('A civil date lies within the years 0000 to 9999.');
  return civilDate(day);
}
