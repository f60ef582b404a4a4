/** Imports: rows of other people's files are kept and their defects named; only a row already there is refused. */
import { type Act, accept, type Decision, type View } from '@tabularium/kernel';
import type { Static } from 'typebox';
import { event } from './events.ts';
import type { ImportBody, ImportFlag, ImportItem } from './import.ts';
import { hasSumMismatch, naturalKey, ordered, ownFlags, referredId, rowId } from './import-flags.ts';
import { no } from './refusals.ts';
import type { ImportRowRecord, ImportSourceRecord } from './state.ts';

export function importRows(body: Static<typeof ImportBody>, _act: Act, view: View): Decision {
  const { source, file } = body;
  const known = view.get<ImportSourceRecord>('import-source', source);
  if (known !== undefined && known.file !== file) return no('source-changed', 'treasury.import.identity', { source, file: known.file });
  if (known?.state === 'annulled') return no('record-annulled', 'treasury.ledger.once', { source });

  const taken = new Map<string, ImportRowRecord>();
  const numbers = new Set<number>();
  const read = (id: string): ImportRowRecord | undefined => taken.get(id) ?? view.get<ImportRowRecord>('import-row', id);
  const items: { item: number; code: string; rule: string; facts: { source: string; row: number } }[] = [];
  for (const [item, row] of body.items.entries()) {
    const before = read(rowId(source, row, false));
    const isDuplicate = before !== undefined && naturalKey(row) !== undefined && before.row !== row.row;
    const id = rowId(source, row, isDuplicate);
    if (numbers.has(row.row) || read(id) !== undefined) {
      items.push({ item, ...no('row-imported', 'treasury.import.identity').refused, facts: { source, row: row.row } });
      continue;
    }
    numbers.add(row.row);
    taken.set(id, recordOf(row, body, isDuplicate, read));
  }
  const first = items[0];
  if (first !== undefined) return { refused: { code: first.code, rule: first.rule, facts: first.facts, items } };
  return accept([event('rows.imported', { source, file, rows: [...taken].map(([id, value]) => ({ id, value })) })]);
}

function recordOf(
  item: ImportItem,
  body: ImportBody,
  isDuplicate: boolean,
  read: (id: string) => ImportRowRecord | undefined,
): ImportRowRecord {
  const { _sd, flags: seen = [], ...row } = item;
  const referred = body.against === undefined ? undefined : referredId(body.against, row);
  const related: ImportFlag[] = [];
  if (isDuplicate) related.push('duplicate-line');
  if (referred !== undefined && read(referred) === undefined) related.push('unknown-code');
  if (hasSumMismatch(row, body.sums)) related.push('sum-mismatch');
  const flags = ordered([...seen, ...ownFlags(row), ...related]);
  return { ...row, source: body.source, flags, texts: [..._sd], imported: true, state: 'kept' };
}
