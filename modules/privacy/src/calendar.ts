/**
 * Days and statutory time. A period of months ends with the day of the same number, or the last of the month, and where offices are closed on
 * that day with the next on which they are open (Regulation (EEC, Euratom) 1182/71 art. 3; GDPR art. 12(3)).
 */
import { type CharterView, civilDate, dayNumber, isDay } from '@tabularium/kernel';

/** The day `n` days after `day`. */
export function addDays(day: string, n: number): string {
  return civilDate(dayNumber(day) + n);
}

/** The same day of a later month; the last day of that month where it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const count = year * 12 + month - 1 + months;
  const first = `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
  for (let last = date; ; last--) {
    const found = `${first}-${String(last).padStart(2, '0')}`;
    if (isDay(found)) return found;
  }
}

/** The instant at which a day is over. */
export function endOf(day: string, charter: CharterView): number {
  return charter.startOf(addDays(day, 1));
}

/** The last day for answering what was asked for on `asked`, and when it is over. */
export function answerWithin(months: number, asked: string, charter: CharterView): { readonly answerBy: string; readonly due: number } {
  const answerBy = charter.addBusinessDays(addDays(addMonths(asked, months), -1), 1);
  return { answerBy, due: endOf(answerBy, charter) };
}
