/** Every refusal of the closed list, provoked: given a town, when one asks, then refused so, under a rule of the table, and nothing changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StandingVerb } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { records } from './module.ts';
import type { Code } from './refusals.ts';
import type { RuleId } from './rules.ts';
import {
  ARCHIVIST,
  asked,
  CARA,
  CHILD,
  correctBody,
  DIGEST,
  DISPOSERS,
  declareBody,
  documentBody,
  fileBody,
  IDA,
  KEEPER,
  newTown,
  QUESTION,
  REMO,
  RUTH,
  registered,
  SIP,
  type Town,
  TWIN,
  validated,
} from './stories.ts';

interface Case {
  readonly code: Code;
  readonly rule: RuleId;
  readonly given: () => Town;
  readonly when: (town: Town) => ReturnType<Town['town']['submit']>;
}

/** An action by its name, or a standing action as `verb collection`. */
function refused(
  code: Code,
  rule: RuleId,
  given: () => Town,
  action: string,
  body: JsonObject | ((town: Town) => JsonObject),
  by: string,
): Case {
  const when = (town: Town) => {
    const asks = typeof body === 'function' ? body(town) : body;
    const [verb = '', collection] = action.split(' ');
    if (collection === undefined) return town.town.submit(action, asks, by);
    return town.town.standing(verb as StandingVerb, collection, String(asks.id), (asks.change ?? {}) as JsonObject, by);
  };
  return { code, rule, given, when };
}

const declared = (): Town => {
  const started = newTown();
  started.town.do('birth.declare', declareBody(CHILD), CARA);
  return started;
};
/** A story that goes on, and what its last step made. */
const then =
  (given: () => Town, ...steps: readonly (readonly [action: string, body: JsonObject, by: string])[]) =>
  (): Town => {
    const started = given();
    for (const [action, body, by] of steps) started.town.do(action, body, by);
    return started;
  };
const saying =
  (given: () => Town, id: string, said: { readonly restricted?: true; readonly erased?: true; readonly held?: true }) => () => {
    const started = given();
    started.cases.set(id, said);
    return started;
  };
const standing =
  (given: () => Town, verb: StandingVerb, collection: string, id: string, by = 'judge:judge') =>
  (): Town => {
    const started = given();
    assert.equal(started.town.standing(verb, collection, id, {}, by).refused, undefined);
    return started;
  };
const withDocument = then(newTown, ['document.enter', documentBody(), CARA]);
/** The one document of a story. */
const documentOf = ({ town }: Town): string => town.view.scan('document', { limit: 1 })[0]?.id ?? '';
const transferOf = ({ town }: Town): string => town.view.scan('transfer', { limit: 1 })[0]?.id ?? '';
const inTransfer = (): Town => {
  const started = withDocument();
  started.town.do('transfer.prepare', { sip: SIP, documents: [documentOf(started)] }, ARCHIVIST);
  return started;
};
const flagged = then(
  registered.bind(undefined, TWIN),
  ['birth.declare', declareBody(CHILD), CARA],
  ['duplicate.flag', { record: CHILD, other: TWIN }, REMO],
);
const overdue = (): Town => {
  const started = asked();
  started.town.on('2026-06-01');
  return started;
};
const later = (given: () => Town, day: string) => (): Town => {
  const started = given();
  started.town.on(day);
  return started;
};

const cleared = (): Town => {
  const started = flagged();
  for (let n = 0; n < 16; n++) {
    const other = (n + 64).toString(16).repeat(16);
    started.town.do('duplicate.decide', { record: CHILD, decision: 'not-duplicate' }, RUTH);
    started.town.do('birth.declare', declareBody(other), CARA);
    if (n < 15) started.town.do('duplicate.flag', { record: CHILD, other }, REMO);
  }
  return started;
};

const record = { record: CHILD };
const request = { request: QUESTION };

const CASES: readonly Case[] = [
  refused('same-person', 'records.registrar.other', declared, 'validate', record, 'cara:registrar@civil'),
  refused('same-person', 'records.registrar.other', declared, 'validate', record, 'remo:registrar@civil:cara'),
  refused('same-person', 'records.registrar.other', validated, 'birth.register', record, 'cara:registrar@civil'),
  refused('same-person', 'records.registrar.other', validated, 'reject', { ...record, reason: 'incomplete' }, 'cara:registrar@civil'),
  refused('same-person', 'records.duplicate', flagged, 'duplicate.decide', { ...record, decision: 'duplicate' }, REMO),
  refused(
    'same-person',
    'records.correction.other',
    then(registered, ['birth.correct', correctBody(CHILD), REMO]),
    'correction.approve',
    record,
    REMO,
  ),
  refused('not-own-act', 'records.standing.own', declared, 'withdraw record', { id: CHILD }, REMO),
  refused('not-own-act', 'records.standing.own', withDocument, 'withdraw document', (town) => ({ id: documentOf(town) }), REMO),
  refused('not-own-act', 'records.standing.own', inTransfer, 'withdraw transfer', (town) => ({ id: transferOf(town) }), REMO),
  refused('agency-differs', 'records.agency.own', declared, 'validate', record, 'hal:registrar@harbour@port'),
  refused(
    'agency-differs',
    'records.agency.own',
    then(declared, ['reject', { ...record, reason: 'incomplete' }, REMO]),
    'birth.declare',
    declareBody(CHILD),
    'hal:intake@harbour@port',
  ),
  refused(
    'agency-differs',
    'records.document.own',
    withDocument,
    'document.revoke',
    (town) => ({ document: documentOf(town), reason: 'mistake' }),
    KEEPER,
  ),
  refused(
    'agency-differs',
    'records.document.own',
    withDocument,
    'transfer.prepare',
    (town) => ({ sip: SIP, documents: [documentOf(town)] }),
    KEEPER,
  ),
  refused(
    'not-the-archive',
    'records.transfer.archive',
    inTransfer,
    'transfer.confirm',
    (town) => ({ transfer: transferOf(town), sip: SIP }),
    ARCHIVIST,
  ),
  refused('case-known', 'records.identity', declared, 'birth.declare', declareBody(CHILD), CARA),
  refused('case-known', 'records.identity', asked, 'birth.declare', declareBody(QUESTION), CARA),
  refused('case-known', 'records.identity', declared, 'request.file', fileBody({ request: CHILD }), IDA),
  refused('not-pending', 'records.step', declared, 'birth.register', record, REMO),
  refused('not-pending', 'records.step', registered, 'reinstate', { ...record, reason: 'mistake' }, REMO),
  refused('not-pending', 'records.certificate', validated, 'certify', record, CARA),
  refused('not-pending', 'records.duplicate', declared, 'duplicate.decide', { ...record, decision: 'duplicate' }, REMO),
  refused('not-pending', 'records.correction.once', registered, 'correction.approve', record, REMO),
  refused('not-pending', 'records.step', asked, 'request.resume', request, IDA),
  refused('not-pending', 'records.step', registered, 'reinstate record', { id: CHILD }, 'judge:judge'),
  refused('not-pending', 'records.step', registered, 'reopen record', { id: CHILD }, 'judge:judge'),
  refused('not-pending', 'records.step', registered, 'withdraw record', { id: CHILD }, CARA),
  refused('record-suspended', 'records.standing.suspended', standing(registered, 'suspend', 'record', CHILD), 'certify', record, CARA),
  refused(
    'record-suspended',
    'records.standing.suspended',
    standing(registered, 'suspend', 'record', CHILD),
    'suspend record',
    { id: CHILD },
    'judge:judge',
  ),
  refused('record-annulled', 'records.step', standing(registered, 'annul', 'record', CHILD), 'certify', record, CARA),
  refused(
    'record-annulled',
    'records.step',
    standing(declared, 'withdraw', 'record', CHILD, CARA),
    'birth.declare',
    declareBody(CHILD),
    CARA,
  ),
  refused(
    'record-archived',
    'records.certificate',
    then(registered, ['archive', { ...record, reason: 'closed' }, REMO]),
    'certify',
    record,
    CARA,
  ),
  refused(
    'record-archived',
    'records.step',
    then(registered, ['archive', { ...record, reason: 'closed' }, REMO]),
    'birth.correct',
    correctBody(CHILD),
    CARA,
  ),
  refused('record-erased', 'records.erased', saying(newTown, CHILD, { erased: true }), 'birth.declare', declareBody(CHILD), CARA),
  refused('record-erased', 'records.erased', saying(registered, CHILD, { erased: true }), 'certify', record, CARA),
  refused('record-erased', 'records.erased', saying(newTown, QUESTION, { erased: true }), 'request.file', fileBody(), IDA),
  refused('record-erased', 'records.erased', saying(newTown, CHILD, { erased: true }), 'document.enter', documentBody(), CARA),
  refused('record-restricted', 'records.restricted', saying(validated, CHILD, { restricted: true }), 'birth.register', record, REMO),
  refused('record-restricted', 'records.restricted', saying(registered, CHILD, { restricted: true }), 'certify', record, CARA),
  refused(
    'record-held',
    'records.disposal.held',
    later(saying(withDocument, CHILD, { held: true }), '2031-03-03'),
    'document.dispose',
    (town) => ({ documents: [documentOf(town)] }),
    DISPOSERS,
  ),
  refused('duplicate-open', 'records.duplicate', then(flagged, ['validate', record, REMO]), 'birth.register', record, REMO),
  refused('duplicate-open', 'records.duplicate', flagged, 'duplicate.flag', { ...record, other: TWIN }, REMO),
  refused(
    'duplicate-decided',
    'records.duplicate',
    then(flagged, ['duplicate.decide', { ...record, decision: 'not-duplicate' }, RUTH]),
    'duplicate.flag',
    { ...record, other: TWIN },
    REMO,
  ),
  refused(
    'correction-open',
    'records.correction.once',
    then(registered, ['birth.correct', correctBody(CHILD), CARA]),
    'birth.correct',
    correctBody(CHILD, 'birth', 'z'),
    CARA,
  ),
  refused(
    'correction-open',
    'records.correction.once',
    then(registered, ['birth.correct', correctBody(CHILD), CARA]),
    'archive',
    { ...record, reason: 'closed' },
    REMO,
  ),
  refused(
    'in-transfer',
    'records.step',
    inTransfer,
    'transfer.prepare',
    (town) => ({ sip: SIP, documents: [documentOf(town)] }),
    ARCHIVIST,
  ),
  refused(
    'in-transfer',
    'records.step',
    later(inTransfer, '2031-03-03'),
    'document.dispose',
    (town) => ({ documents: [documentOf(town)] }),
    DISPOSERS,
  ),
  refused('in-transfer', 'records.step', inTransfer, 'withdraw document', (town) => ({ id: documentOf(town) }), CARA),
  refused(
    'package-differs',
    'records.transfer.same',
    inTransfer,
    'transfer.confirm',
    (town) => ({ transfer: transferOf(town), sip: DIGEST }),
    KEEPER,
  ),
  refused(
    'once-only',
    'records.request.clock',
    then(asked, ['request.clarify', request, IDA], ['request.resume', request, IDA]),
    'request.clarify',
    request,
    IDA,
  ),
  refused(
    'once-only',
    'records.request.clock',
    then(asked, ['request.extend', { ...request, reason: 'volume' }, IDA]),
    'request.extend',
    { ...request, reason: 'search' },
    IDA,
  ),
  refused(
    'once-only',
    'records.request.review',
    then(
      asked,
      ['request.answer', { ...request, outcome: 'full', answer: DIGEST }, IDA],
      ['request.review', request, CARA],
      ['request.answer', { ...request, outcome: 'full', answer: DIGEST }, 'ivo:clerk@hall'],
    ),
    'request.review',
    request,
    CARA,
  ),
  refused('time-over', 'records.request.clock', overdue, 'request.clarify', request, IDA),
  refused('time-over', 'records.request.clock', overdue, 'request.extend', { ...request, reason: 'volume' }, IDA),
  refused('unknown-record', 'records.reference', newTown, 'validate', record, REMO),
  refused('unknown-record', 'records.reference', newTown, 'certify', record, REMO),
  refused('unknown-record', 'records.reference', declared, 'duplicate.flag', { ...record, other: TWIN }, REMO),
  refused('unknown-record', 'records.reference', newTown, 'annul record', { id: CHILD }, 'judge:judge'),
  refused('type-differs', 'records.reference', validated, 'death.register', record, REMO),
  refused('type-differs', 'records.reference', registered, 'death.correct', correctBody(CHILD, 'death'), REMO),
  refused(
    'type-differs',
    'records.reference',
    then(declared, ['death.declare', declareBody(TWIN, 'death'), CARA]),
    'duplicate.flag',
    { ...record, other: TWIN },
    REMO,
  ),
  refused('same-record', 'records.reference', declared, 'duplicate.flag', { ...record, other: CHILD }, REMO),
  refused(
    'same-record',
    'records.reference',
    withDocument,
    'document.supersede',
    (town) => ({ document: documentOf(town), successor: documentOf(town) }),
    CARA,
  ),
  refused('too-many', 'records.step', cleared, 'duplicate.flag', { ...record, other: '4f'.repeat(16) }, REMO),
  refused('unknown-retention', 'records.retention.class', newTown, 'document.enter', documentBody({ retention: 'NONE' }), CARA),
  refused('unknown-retention', 'records.retention.class', registered, 'correct record', { id: CHILD, change: { retention: 'NONE' } }, REMO),
  refused('not-due', 'records.disposal.due', withDocument, 'document.dispose', (town) => ({ documents: [documentOf(town)] }), DISPOSERS),
  refused(
    'not-transferred',
    'records.disposal.archived',
    later(then(newTown, ['document.enter', documentBody({ retention: 'CASE-FILE' }), CARA]), '2036-03-03'),
    'document.dispose',
    (town) => ({ documents: [documentOf(town)] }),
    DISPOSERS,
  ),
  refused(
    'no-archive',
    'records.transfer.archive',
    () => newTown({ archive: 'nowhere' }),
    'transfer.prepare',
    { sip: SIP, records: [CHILD] },
    ARCHIVIST,
  ),
  refused('nothing-named', 'records.reference', newTown, 'transfer.prepare', { sip: SIP }, ARCHIVIST),
  refused('day-impossible', 'records.request.received', newTown, 'request.file', fileBody({ received: '2026-02-30' }), IDA),
  refused('day-in-future', 'records.request.received', newTown, 'request.file', fileBody({ received: '2026-03-03' }), IDA),
  refused('backdated', 'records.request.received', newTown, 'request.file', fileBody({ received: '2026-01-30' }), IDA),
  refused('ground-unfit', 'records.request.ground', asked, 'request.answer', { ...request, outcome: 'refused', answer: DIGEST }, IDA),
  refused(
    'ground-unfit',
    'records.request.ground',
    asked,
    'request.answer',
    { ...request, outcome: 'full', ground: 'security', answer: DIGEST },
    IDA,
  ),
  refused(
    'same-person',
    'records.request.review',
    then(asked, ['request.answer', { ...request, outcome: 'full', answer: DIGEST }, IDA], ['request.review', request, CARA]),
    'request.answer',
    { ...request, outcome: 'full', answer: DIGEST },
    IDA,
  ),
  refused(
    'change-invalid',
    'records.standing.change',
    registered,
    'correct record',
    { id: CHILD, change: { number: 'civil.2026.9' } },
    REMO,
  ),
  refused('change-invalid', 'records.standing.change', asked, 'correct request', { id: QUESTION, change: { due: '2027-01-01' } }, IDA),
  refused('change-invalid', 'records.standing.change', withDocument, 'set document', (town) => ({ id: documentOf(town) }), 'judge:judge'),
];

for (const [n, { code, rule, given, when }] of CASES.entries()) {
  test(`refused ${n + 1}: ${code} under ${rule}`, () => {
    const started = given();
    const before = started.town.state;
    const { refused: refusal } = when(started);
    assert.deepEqual([refusal?.code, refusal?.rule], [`records.${code}`, rule]);
    assert.deepEqual(started.town.state, before, 'a refusal changes nothing');
  });
}

test('every code is provoked, and every rule but that of numbers, which nothing can break, refuses something', () => {
  assert.deepEqual([...new Set(CASES.map(({ code }) => code))].sort(), Object.keys(records.refusals).sort());
  const rules = new Set<string>(CASES.map(({ rule }) => rule));
  assert.deepEqual(
    records.rules.map(({ id }) => id).filter((id) => !rules.has(id)),
    ['records.numbers'],
  );
});

test('a request can be neither suspended nor annulled, and a version by nobody', () => {
  assert.deepEqual(Object.keys(records.collections.request ?? {}).sort(), ['correct', 'correction', 'reopen', 'schema', 'unordered', 'v']);
  assert.deepEqual(Object.keys(records.collections.version ?? {}).sort(), ['schema', 'unordered', 'v']);
});
