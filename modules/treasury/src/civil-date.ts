/**
 * Arithmetic on civil dates as `YYYY-MM-DD` text: a proleptic Gregorian calendar in whole numbers.
 *
 * The charter's calendar turns instants into dates and back; between two dates only this arithmetic is needed.
 * Day numbers follow the era method (years counted from March, 400 years = 146,097 days).
 */

const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function parse(text: string): Civil | undefined {
  const match = DAY.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return { year, month, day };
}

/** Whether the text is a day that exists: `2027-02-29` does not. */
export function isCivilDay(text: string): boolean {
  return parse(text) !== undefined;
}

/** Days since 1970-01-01. Throws RangeError for a day that does not exist: callers ask `isCivilDay` first. */
export function dayNumber(text: string): number {
  const civil = parse(text);
  if (civil === undefined) throw new RangeError(`No such day: ${text}`);
  const year = civil.month <= 2 ? civil.year - 1 : civil.year;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * ((civil.month + 9) % 12) + 2) / 5) + civil.day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The day `n` days after `text` (before it, if negative), within the years 0000–9999. */
export function addDays(text: string, n: number): string {
  const shifted = dayNumber(text) + n + 719_468;
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
  if (year < 0 || year > 9_999) throw new RangeError('A civil date lies within the years 0000 to 9999.');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(n: number, width: number): string {
  return n.toString().padStart(width, '0');
}
