/** A table of allotments as any budget program writes it: CSV (RFC 4180) with the columns year, fund, line, amount. Text in, text out; nothing is rounded. */
import { readCsv } from '../parts/read-csv.ts';

/** A line of the file, and as it was: what it asks for, or why it cannot be read. */
export type AllotmentLine = { readonly line: number; readonly text: string; readonly amount: string } & (
  | { readonly year: string; readonly fund: string; readonly code: string /** Minor units. */; readonly minor: string }
  | { readonly unread: 'columns' | 'amount' }
);

export const COLUMNS = ['year', 'fund', 'line', 'amount'] as const;
export const LINES_MAX = 200;
const CENTS = 2;

/** Nothing where the first line does not name the columns. */
export function readAllotments(csv: string): readonly AllotmentLine[] | undefined {
  const [head, ...rows] = readCsv(csv) ?? [];
  const names = head?.cells.map((name) => name.toLowerCase()) ?? [];
  const places = COLUMNS.map((name) => names.indexOf(name));
  if (places.includes(-1)) return undefined;
  return rows.map(({ line, cells, raw }): AllotmentLine => {
    const [year = '', fund = '', code = '', amount = ''] = places.map((place) => cells[place] ?? '');
    const told = { line, text: raw, amount };
    if (cells.length !== names.length || year === '' || fund === '' || code === '') return { ...told, unread: 'columns' };
    const minor = minorUnits(amount);
    return minor === undefined ? { ...told, unread: 'amount' } : { ...told, year, fund, code, minor };
  });
}

/** `1250`, `1250.5`, `1250.50` and, where commas separate nothing, `1250,50`; undefined for anything else. */
function minorUnits(amount: string): string | undefined {
  const read = /^(\d{1,15})(?:[.,](\d{1,2}))?$/.exec(amount);
  return read === null ? undefined : `${read[1]}${(read[2] ?? '').padEnd(CENTS, '0')}`.replace(/^0+(?=\d)/, '');
}
