/**
 * The life of a civil record, the same for every type: declared, validated, registered, or rejected and declared again. Who declares does
 * neither of the two others; with registration comes the number, without gaps in its office and year.
 */
import type { Act, Decision, View } from '@tabularium/kernel';
import {
  agency,
  live,
  mustAllow,
  mustBeIn,
  mustBeLive,
  mustBeOwn,
  nextNumber,
  office,
  officers,
  otherPersons,
  ownRecord,
  standingOf,
} from './checks.ts';
import { type Facts, told } from './events.ts';
import { no } from './refusals.ts';
import { keptFrom } from './retention.ts';
import { changed, made, type RecordRecord, read, stateKey, unstamped, type VersionRecord } from './state.ts';
import { recordTypes } from './types.ts';

export interface Declaration {
  readonly record: string;
  readonly evidence?: string;
  readonly _sd: string[];
}
export interface RecordStep {
  readonly record: string;
}

export const versionId = (record: string, n: number): string => `${record}.${n}`;

/** What `<type>.declare` does. */
export function declare(type: string): (body: Declaration, act: Act, view: View) => Decision {
  return (body, act, view) => {
    const { record: id } = body;
    const before = read(view, 'record', id);
    if (before !== undefined) return declareAgain(type, body, act, view);
    if (standingOf(id, view).erased) return no('record-erased', 'records.erased', { case: id });
    const taken = read(view, 'request', id) !== undefined;
    if (taken) return no('case-known', 'records.identity', { record: id });
    const kept = keptFrom(recordTypes[type]?.retention ?? '', act);
    if ('refused' in kept) return kept;
    const record: RecordRecord = {
      ...{
        type,
        agency: agency(act),
        office: office(act),
        state: 'declared',
        version: 1,
        versions: 1,
        declaredBy: officers(act),
        cleared: [],
      },
      // It is kept from registration on; until then nobody counts.
      retention: kept.found.kept.retention,
    };
    return told(
      'record.declared',
      { record: id, type },
      made('record', id, record),
      made('version', versionId(id, 1), version(body, 1, act)),
    );
  };
}

function version({ record, evidence, _sd }: Declaration, number: number, act: Act): VersionRecord {
  return { record, number, state: 'declared', texts: [..._sd], ...(evidence === undefined ? {} : { evidence }), by: officers(act) };
}

/** What was rejected is declared again under its handle, as a version of its own. */
function declareAgain(type: string, body: Declaration, act: Act, view: View): Decision {
  const { record: id } = body;
  const stored = live(view, 'record', id);
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  if (record.state !== 'rejected') return no('case-known', 'records.identity', { record: id });
  const wrong =
    mustBeType(record, type, id) ??
    mustBeOwn(record, id, act, 'records.agency.own') ??
    mustAllow(id, view, 'any') ??
    roomForVersion(record, id);
  if (wrong !== undefined) return wrong;
  const number = record.versions + 1;
  const { validatedBy: _, ...rest } = record;
  return told(
    'record.declared',
    { record: id, type },
    changed('record', id, { ...rest, state: 'declared', version: number, versions: number, declaredBy: officers(act) }),
    changed('version', versionId(id, record.version), { ...versionOf(id, record.version, view), state: 'superseded' }),
    made('version', versionId(id, number), version(body, number, act)),
  );
}

export function versionOf(record: string, n: number, view: View): VersionRecord {
  const stored = read(view, 'version', versionId(record, n));
  if (stored === undefined) throw new Error(`${stateKey('version', versionId(record, n))} is not there.`);
  return unstamped<VersionRecord>(stored);
}

export function mustBeType(record: RecordRecord, type: string, id: string) {
  return record.type === type ? undefined : no('type-differs', 'records.reference', { record: id, type: record.type });
}

export function roomForVersion({ versions }: RecordRecord, id: string) {
  return versions < 9_999 ? undefined : no('too-many', 'records.step', { record: id });
}

export function validate({ record: id }: RecordStep, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'unrestricted');
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  return (
    mustBeIn(['declared'], record.state, id) ??
    otherPersons(act, record.declaredBy, 'records.registrar.other') ??
    told('record.validated', { record: id }, changed('record', id, { ...record, state: 'validated', validatedBy: officers(act) }))
  );
}

/** What `<type>.register` does. A neighbour that has to hear of it (of a death, say) would be ordered from here, through a port of its own. */
export function register(type: string): (body: RecordStep, act: Act, view: View) => Decision {
  return ({ record: id }, act, view) => {
    const stored = ownRecord(id, act, view, 'unrestricted');
    if ('refused' in stored) return stored;
    const record = unstamped<RecordRecord>(stored.found);
    const wrong =
      mustBeType(record, type, id) ??
      mustBeIn(['validated'], record.state, id) ??
      otherPersons(act, record.declaredBy, 'records.registrar.other') ??
      (record.suspect === undefined ? undefined : no('duplicate-open', 'records.duplicate', { record: id, other: record.suspect }));
    if (wrong !== undefined) return wrong;
    const kept = keptFrom(record.retention, act);
    if ('refused' in kept) return kept;
    const { number, counter } = nextNumber('registration', act, view);
    const registered: RecordRecord = {
      ...record,
      ...kept.found.kept,
      state: 'registered',
      number,
      office: office(act),
      registeredBy: officers(act),
    };
    const facts: Facts = { record: id, type, number, version: versionId(id, record.version) };
    return told(
      'record.registered',
      facts,
      changed('record', id, registered, kept.found.deadlines),
      changed('version', versionId(id, record.version), { ...versionOf(id, record.version, view), state: 'in-force' }),
      counter,
    );
  };
}

export function reject({ record: id, reason }: RecordStep & { readonly reason: string }, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'any');
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  return (
    mustBeIn(['declared', 'validated'], record.state, id) ??
    otherPersons(act, record.declaredBy, 'records.registrar.other') ??
    told('record.rejected', { record: id, reason }, changed('record', id, { ...record, state: 'rejected' }))
  );
}

export function archive({ record: id, reason }: RecordStep & { readonly reason: string }, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'any');
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  const asked = record.asked === undefined ? undefined : no('correction-open', 'records.correction.once', { record: id });
  return (
    mustBeIn(['registered'], record.state, id) ??
    asked ??
    told('record.archived', { record: id, reason }, changed('record', id, { ...record, state: 'archived' }))
  );
}

export function bringBack({ record: id, reason }: RecordStep & { readonly reason: string }, act: Act, view: View): Decision {
  const stored = ownRecord(id, act, view, 'unrestricted');
  if ('refused' in stored) return stored;
  const record = unstamped<RecordRecord>(stored.found);
  return record.state === 'archived'
    ? told('record.brought-back', { record: id, reason }, changed('record', id, { ...record, state: 'registered' }))
    : no('not-pending', 'records.step', { record: id, state: record.state });
}

/** A certificate says what the version in force says; it names record and version, and its own number. */
export function certify({ record: id }: RecordStep, act: Act, view: View): Decision {
  const stored = certifiable(id, view);
  if ('refused' in stored) return stored;
  const record = stored.found;
  const { number, counter } = nextNumber('certificate', act, view);
  const version = versionId(id, record.version);
  return told(
    'certificate.issued',
    { record: id, version, number },
    made('certificate', number, { record: id, version, office: office(act), state: 'issued', issuedBy: officers(act) }),
    counter,
  );
}

/** Any office may certify what another registered: a certificate is asked for where the person lives. */
function certifiable(id: string, view: View) {
  const stored = read(view, 'record', id);
  if (stored === undefined) return no('unknown-record', 'records.reference', { record: stateKey('record', id) });
  return (
    mustBeLive(stored, stateKey('record', id)) ??
    mustAllow(id, view, 'unrestricted') ??
    (stored.state === 'archived' ? no('record-archived', 'records.certificate', { record: id }) : undefined) ??
    (stored.state === 'registered' ? { found: stored } : no('not-pending', 'records.certificate', { record: id, state: stored.state }))
  );
}
