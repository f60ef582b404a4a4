/** A value of a list's row as its view says it is. */
import { Link } from '@tanstack/react-router';
import type { ListView, Row } from '../data/api.ts';
import type { CalledRecord } from '../data/record-titles.ts';
import { codeWords, Day, Money, When } from './said.tsx';

/** Ids that nobody reads out: the end of them tells them apart. */
const LONG = 24;

/** Codes that read as words: states, roles, grounds. Anything with a digit or a capital is a name. */
export const WORDS = /^[a-z]+(?:-[a-z]+)*$/;
export const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Integers of the size of ms UTC between 2000 and 2100 are instants; nothing else in a row is as large. */
const INSTANTS = [946_684_800_000, 4_102_444_800_000] as const;

/** What of a row stands in cells of its own: texts are its title, and amounts are shown with their currency. */
export function columnsOf({ columns }: ListView): ListView['columns'] {
  const hasMoney = columns.some(({ as }) => as === 'money');
  return columns.filter(({ as, column }) => as !== 'text' && !(hasMoney && column === 'currency'));
}

interface CellOf {
  readonly column: ListView['columns'][number];
  readonly row: Row;
  /** The record that it points to. */
  readonly called?: CalledRecord | undefined;
}

export function Cell({ column, row, called }: CellOf) {
  const value = row[column.column];
  if (called !== undefined)
    return (
      <Link to="/record/$" params={{ _splat: called.key }}>
        {called.title}
      </Link>
    );
  if (value === null || value === undefined || value === '') return <span aria-hidden="true">–</span>;
  if (column.as === 'money') return <Money minor={String(value)} currency={String(row.currency ?? '')} />;
  if (typeof value === 'number' && value > INSTANTS[0] && value < INSTANTS[1]) return <When time={value} />;
  if (typeof value === 'string' && DAY.test(value)) return <Day day={value} />;
  if (column.as === 'code' || column.as === 'link') return <span title={String(value)}>{shortened(String(value))}</span>;
  return <>{typeof value === 'string' ? codeWords(value) : String(value)}</>;
}

export function shortened(text: string): string {
  if (WORDS.test(text)) return codeWords(text);
  return text.length <= LONG ? text : `${text.slice(0, 8)}…${text.slice(-6)}`;
}
