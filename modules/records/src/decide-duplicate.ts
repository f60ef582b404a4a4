/** Two records may say the same. Whoever sees it flags it, and a registrar decides; until then neither number nor certificate comes of it. */
import type { Act, Decision, View } from '@tabularium/kernel';
import { mustBeIn, officers, otherPersons, ownRecord } from './checks.ts';
import { told } from './events.ts';
import { no } from './refusals.ts';
import { changed, type RecordRecord, read, stateKey, unstamped } from './state.ts';

const MOST_CLEARED = 16;

export function flagDuplicate({ record: id, other }: { readonly record: string; readonly other: string }, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'any');
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  const wrong =
    mustBeIn(['declared', 'validated'], record.state, id) ??
    (id === other ? no('same-record', 'records.reference', { record: id }) : undefined) ??
    mustBeComparable(other, record, view) ??
    (record.suspect === undefined ? undefined : no('duplicate-open', 'records.duplicate', { record: id, other: record.suspect })) ??
    (record.cleared.includes(other) ? no('duplicate-decided', 'records.duplicate', { record: id, other }) : undefined) ??
    (record.cleared.length < MOST_CLEARED ? undefined : no('too-many', 'records.step', { record: id }));
  if (wrong !== undefined) return wrong;
  return told('duplicate.flagged', { record: id, other }, changed('record', id, { ...record, suspect: other, flaggedBy: officers(act) }));
}

function mustBeComparable(other: string, { type }: RecordRecord, view: View) {
  const stored = read(view, 'record', other);
  if (stored === undefined) return no('unknown-record', 'records.reference', { record: stateKey('record', other) });
  return stored.type === type ? undefined : no('type-differs', 'records.reference', { record: other, type: stored.type });
}

export interface DuplicateDecision {
  readonly record: string;
  readonly decision: 'duplicate' | 'not-duplicate';
}

export function decideDuplicate({ record: id, decision }: DuplicateDecision, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'any');
  if ('refused' in stored) return stored;
  const { suspect, flaggedBy, ...record } = unstamped<RecordRecord>(stored.found);
  if (suspect === undefined || flaggedBy === undefined) return no('not-pending', 'records.duplicate', { record: id, state: record.state });
  const wrong =
    mustBeIn(['declared', 'validated'], record.state, id) ?? otherPersons(act, [...flaggedBy, ...record.declaredBy], 'records.duplicate');
  if (wrong !== undefined) return wrong;
  const decided: RecordRecord =
    decision === 'duplicate' ? { ...record, state: 'duplicate' } : { ...record, cleared: [...record.cleared, suspect] };
  return told('duplicate.decided', { record: id, other: suspect, decision }, changed('record', id, decided));
}
