/** Corrections: asked for with evidence, decided by another person. What is approved is a new version; the one before it stays in sight. */
import type { Act, Decision, View } from '@tabularium/kernel';
import { mustBeIn, officers, otherPersons, ownRecord } from './checks.ts';
import { mustBeType, type RecordStep, roomForVersion, versionId, versionOf } from './decide-record.ts';
import { told } from './events.ts';
import { no } from './refusals.ts';
import { changed, made, type RecordRecord, unstamped, type VersionRecord } from './state.ts';

export interface Correction {
  readonly record: string;
  readonly reason: NonNullable<VersionRecord['reason']>;
  readonly evidence: string;
  readonly _sd: string[];
}

/** What `<type>.correct` does: asks for a correction. */
export function correct(type: string): (body: Correction, act: Act, view: View) => Decision {
  return ({ record: id, reason, evidence, _sd }, act, view) => {
    const stored = ownRecord(id, act, view, 'any');
    if ('refused' in stored) return stored;
    const record = unstamped<RecordRecord>(stored.found);
    const wrong =
      mustBeType(record, type, id) ??
      mustBeIn(['registered'], record.state, id) ??
      (record.asked === undefined ? undefined : no('correction-open', 'records.correction.once', { record: id })) ??
      roomForVersion(record, id);
    if (wrong !== undefined) return wrong;
    const number = record.versions + 1;
    const by = officers(act);
    return told(
      'correction.asked',
      { record: id, version: versionId(id, number), reason },
      changed('record', id, { ...record, versions: number, asked: number, askedBy: by }),
      made('version', versionId(id, number), { record: id, number, state: 'asked', texts: [..._sd], reason, evidence, by }),
    );
  };
}

interface Asked {
  readonly asked: number;
  /** Without the question. */
  readonly record: RecordRecord;
}

function askedOf(id: string, act: Act, view: View): { readonly found: Asked } | ReturnType<typeof no> {
  const stored = ownRecord(id, act, view, 'any');
  if ('refused' in stored) return stored;
  const { asked, askedBy, ...record } = unstamped<RecordRecord>(stored.found);
  if (asked === undefined) return no('not-pending', 'records.correction.once', { record: id, state: record.state });
  return (
    mustBeIn(['registered'], record.state, id) ?? otherPersons(act, askedBy, 'records.correction.other') ?? { found: { asked, record } }
  );
}

export function approveCorrection({ record: id }: RecordStep, act: Act, view: View): Decision {
  const found = askedOf(id, act, view);
  if ('refused' in found) return found;
  const { asked, record } = found.found;
  return told(
    'correction.approved',
    { record: id, version: versionId(id, asked) },
    changed('record', id, { ...record, version: asked }),
    changed('version', versionId(id, record.version), { ...versionOf(id, record.version, view), state: 'superseded' }),
    changed('version', versionId(id, asked), { ...versionOf(id, asked, view), state: 'in-force' }),
  );
}

export function refuseCorrection({ record: id, reason }: RecordStep & { readonly reason: string }, act: Act, view: View): Decision {
  const found = askedOf(id, act, view);
  if ('refused' in found) return found;
  const { asked, record } = found.found;
  return told(
    'correction.refused',
    { record: id, version: versionId(id, asked), reason },
    changed('record', id, record),
    changed('version', versionId(id, asked), { ...versionOf(id, asked, view), state: 'refused' }),
  );
}
