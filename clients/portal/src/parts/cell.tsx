/** A value of a list's row as its view says it is. */
import type { ListView, Row } from '../data/api.ts';
import { codeWords, Money, When } from './said.tsx';

/** Ids that nobody reads out: the end of them tells them apart. */
const LONG = 24;

export function Cell({ column, row }: { readonly column: ListView['columns'][number]; readonly row: Row }) {
  const value = row[column.column];
  if (value === null || value === undefined || value === '') return <span aria-hidden="true">–</span>;
  if (column.as === 'money') return <Money minor={String(value)} currency={String(row.currency ?? '')} />;
  if (column.as === 'date')
    return typeof value === 'number' ? <When time={value} /> : <time dateTime={String(value)}>{String(value)}</time>;
  if (column.as === 'code' || column.as === 'link') return <span title={String(value)}>{shortened(String(value))}</span>;
  return <>{typeof value === 'string' ? codeWords(value) : String(value)}</>;
}

export function shortened(text: string): string {
  return text.length <= LONG ? text : `${text.slice(0, 8)}…${text.slice(-6)}`;
}
