/** Standing actions on imported rows and their sources: corrected or annulled like any record, and still not authoritative. */
import type { Decision, StandingHandler, View } from '@tabularium/kernel';
import { mustBeIn } from './checks.ts';
import { type ImportFlag, ImportItem, READER_FLAGS } from './import.ts';
import { naturalKey, ordered, ownFlags } from './import-flags.ts';
import { no } from './refusals.ts';
import { changed, changeOf, find, standing } from './standing.ts';
import { type ImportRowRecord, type ImportSourceRecord, stateKey, unstamped } from './state.ts';

const { _sd: _digests, row: _row, kind: _kind, ...correctable } = ImportItem.properties;
export const rowChange = changeOf(correctable);

/** Flags that speak of other rows: a correction of this one cannot take them back. */
const RELATED: readonly ImportFlag[] = ['duplicate-line', 'unknown-code', 'sum-mismatch'];

function changeRow(type: 'record.corrected' | 'record.set', target: Parameters<StandingHandler>[0], view: View): Decision {
  const stored = find<ImportRowRecord>('import-row', target.id, view);
  if ('refused' in stored) return stored;
  const change = rowChange(target);
  if ('refused' in change) return change;
  const before = unstamped<ImportRowRecord>(stored.found);
  const after = { ...before, ...change.found };
  const wrong = mustBeIn(['kept'], before.state, { record: target.id });
  if (wrong !== undefined) return wrong;
  if (naturalKey(after) !== naturalKey(before)) {
    return no('change-invalid', 'treasury.standing.change', { record: stateKey('import-row', target.id), path: '/' });
  }
  const seen = change.found.flags ?? before.flags.filter((flag) => flag in READER_FLAGS);
  const flags = ordered([...seen, ...ownFlags(after), ...before.flags.filter((flag) => RELATED.includes(flag))]);
  return standing(type, [changed('import-row', target.id, { ...after, flags })], view);
}

export const correctRow: StandingHandler = (target, _act, view) => changeRow('record.corrected', target, view);
export const setRow: StandingHandler = (target, _act, view) => changeRow('record.set', target, view);

export const annulRow: StandingHandler = ({ id }, _act, view) => {
  const stored = find<ImportRowRecord>('import-row', id, view);
  if ('refused' in stored) return stored;
  const record = unstamped<ImportRowRecord>(stored.found);
  return (
    mustBeIn(['kept'], record.state, { record: id }) ??
    standing('record.annulled', [changed('import-row', id, { ...record, state: 'annulled' })], view)
  );
};

/** Annuls a whole import. Its rows stay readable under their source, which says that it was annulled. */
export const annulSource: StandingHandler = ({ id }, _act, view) => {
  const stored = find<ImportSourceRecord>('import-source', id, view);
  if ('refused' in stored) return stored;
  const record = unstamped<ImportSourceRecord>(stored.found);
  return (
    mustBeIn(['kept'], record.state, { record: id }) ??
    standing('record.annulled', [changed('import-source', id, { ...record, state: 'annulled' })], view)
  );
};
