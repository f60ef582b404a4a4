/**
 * What somebody may mean who types into the search: a number, a name or the beginning of one, a record, an amount as it is written here or
 * elsewhere, a day, a month or a year, or words. It is read in every way that makes sense; none is guessed away.
 */

import type { Sought } from '@tabularium/projections';
import { isStateKey } from '@tabularium/protocol';

export interface Question extends Omit<Sought, 'limit'> {
  /** Log index. */
  readonly entry?: number;
  /** The beginning of a transaction's name, or all of it. */
  readonly name?: string;
}

/** Currencies have 0, 2 or 3 digits after the point (ISO 4217). */
const DIGITS = [0, 2, 3];
const MINOR_MAX = 18;
/** Of a question that is asked again with fewer words. */
const TERMS_MAX = 4;
const TERM_MIN = 3;
const STEM_MIN = 6;
const SIGNS: Readonly<Record<string, string | undefined>> = { '€': 'EUR', '£': 'GBP', $: undefined };
const AMOUNT = /^(?:([A-Za-z]{3}|[€£$])\s*)?([0-9][0-9.,'’\s]*)(?:\s*([A-Za-z]{3}|[€£$]))?$/u;
/** English and Spanish, by their first letters. */
const MONTHS = ['jan ene', 'feb', 'mar', 'apr abr', 'may', 'jun', 'jul', 'aug ago', 'sep set', 'oct', 'nov', 'dec dic'].map((names) =>
  names.split(' '),
);
const MONTH_LETTERS = /^(?:jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|set|oct|nov|dec|dic)\p{L}*$/u;

export function readQuestion(q: string): Question {
  const words = q.trim();
  const bare = words.replace(/^.*\/record\//, '');
  const [module = '', collection = '', ...id] = bare.split('/');
  const { amounts, currency } = readAmount(words);
  const days = readDays(words);
  return {
    words,
    ...(/^[0-9]{1,15}$/.test(words) ? { entry: Number(words) } : {}),
    ...(/^[A-Za-z0-9_-]{8,43}$/.test(words) ? { name: words } : {}),
    ...(/^\S{8,128}$/.test(words) ? { id: words } : {}),
    ...(isStateKey(bare) ? { record: { module, collection, id: id.join('/') } } : {}),
    amounts,
    ...(currency === undefined ? {} : { currency }),
    ...(days === undefined ? {} : { days }),
  };
}

/**
 * What to seek where nothing has all the words: the same with one word less, then with two less, and so on. Longer words say more, and are
 * sought by their beginning, so that `repaired` finds `repair`.
 */
export function fewerWords(words: string): readonly (readonly string[])[] {
  const terms = [...new Set(words.split(/[^\p{L}\p{N}]+/u).filter((term) => term.length >= TERM_MIN))]
    .sort((a, b) => b.length - a.length)
    .slice(0, TERMS_MAX)
    .map((term) => (term.length > STEM_MIN ? term.slice(0, -2) : term));
  const subsets: (readonly string[])[] = [[]];
  for (const term of terms) subsets.push(...subsets.map((some) => [...some, term]));
  return terms
    .map((_, less) => subsets.filter(({ length }) => length === terms.length - less).map((some) => some.join(' ')))
    .filter((some) => some[0] !== words);
}

function readAmount(text: string): Pick<Sought, 'amounts' | 'currency'> {
  const [, before, digits, after] = AMOUNT.exec(text) ?? [];
  if (digits === undefined || (before !== undefined && after !== undefined)) return { amounts: [] };
  const sign = before ?? after;
  const currency = sign === undefined ? undefined : sign in SIGNS ? SIGNS[sign] : sign.toUpperCase();
  const amounts = readNumber(digits.replaceAll(/['’\s]/gu, '')).flatMap(([whole, fraction]) =>
    DIGITS.filter((count) => fraction.length <= count).map((count) => ({
      digits: count,
      minor: `${whole}${fraction.padEnd(count, '0')}`.replace(/^0+(?=\d)/, ''),
    })),
  );
  const fitting = amounts.filter(({ minor }) => minor.length <= MINOR_MAX);
  return currency === undefined ? { amounts: fitting } : { amounts: fitting, currency };
}

/** Whole part and fraction: of `1,200.50` and `1.200,50` one reading, of `1.200` two. */
function readNumber(text: string): readonly (readonly [whole: string, fraction: string])[] {
  const parts = text.split(/[.,]/);
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return [[first, '']];
  const last = rest.at(-1)!;
  const marks = text.replaceAll(/[0-9]/g, '');
  const isGrouped = (groups: readonly string[]) => first.length <= 3 && first !== '' && groups.every((group) => group.length === 3);
  const readings: [string, string][] = [];
  const isOneMark = new Set(marks).size === 1;
  if (isOneMark && isGrouped(rest)) readings.push([parts.join(''), '']);
  const inner = rest.slice(0, -1);
  const isDecimal = marks.length === 1 || (isGrouped(inner) && new Set(marks.slice(0, -1)).size === 1 && marks.at(-1) !== marks[0]);
  if (isDecimal && first !== '') readings.push([parts.slice(0, -1).join(''), last]);
  return readings;
}

function readDays(text: string): Sought['days'] | undefined {
  const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (iso !== null) return period(iso[1]!, iso[2], iso[3]);
  const numbers = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
  if (numbers !== null) return period(numbers[3]!, numbers[2]!.padStart(2, '0'), numbers[1]!.padStart(2, '0'));
  const tokens = text
    .toLowerCase()
    .split(/[\s,.]+/u)
    .filter((token) => token !== '' && token !== 'de' && token !== 'del' && token !== 'of');
  const year = tokens.find((token) => /^\d{4}$/.test(token));
  const name = tokens.find((token) => MONTH_LETTERS.test(token));
  const day = tokens.find((token) => /^\d{1,2}(?:st|nd|rd|th)?$/.test(token));
  if (year === undefined || name === undefined || tokens.length !== (day === undefined ? 2 : 3)) return undefined;
  const month = String(MONTHS.findIndex((starts) => starts.some((start) => name.startsWith(start))) + 1).padStart(2, '0');
  return period(year, month, day === undefined ? undefined : String(Number.parseInt(day, 10)).padStart(2, '0'));
}

/** A day, a month or a year that there is. */
function period(year: string, month?: string, day?: string): Sought['days'] | undefined {
  if (year < '1900' || year > '2199') return undefined;
  if (month === undefined) return { from: `${year}-01-01`, to: `${year}-12-31` };
  if (month < '01' || month > '12') return undefined;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (day === undefined) return { from: `${year}-${month}-01`, to: `${year}-${month}-${last}` };
  if (day < '01' || Number(day) > last) return undefined;
  return { from: `${year}-${month}-${day}`, to: `${year}-${month}-${day}` };
}
