/** The module in tables: what lists read. Disposable; rebuilt from events. */
import type { Cell, EventMeta, ProjectionDefinition, Table, Upsert } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { EventData, EventType } from './events.ts';

const tables = {
  case: {
    columns: {
      ...{ id: 'text', register: 'text', restricted: 'text', objected: 'boolean', holds: 'integer', withheld_until: 'text' },
      ...{ retention_class: 'text', retention_due: 'text', erasure: 'text', erased: 'boolean', changed_at: 'time' },
    },
    key: ['id'],
    indexes: [['changed_at'], ['retention_due'], ['register']],
  },
  grant: {
    columns: {
      ...{ id: 'text', case: 'text', register: 'text', agency: 'text', purpose: 'text', basis: 'text', until: 'text', state: 'text' },
      ...{ how: 'text', given_by: 'text', given_at: 'time', ended_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['case'], ['agency'], ['given_at']],
  },
  objection: {
    columns: {
      ...{ id: 'text', case: 'text', state: 'text', ground: 'text', entered_by: 'text', decided_by: 'text' },
      ...{ entered_at: 'time', decided_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['case'], ['entered_at']],
  },
  hold: {
    columns: {
      ...{ id: 'text', case: 'text', basis: 'text', until: 'text', state: 'text', how: 'text', placed_by: 'text' },
      ...{ placed_at: 'time', ended_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['case'], ['placed_at']],
  },
  withholding: {
    columns: {
      ...{ id: 'text', case: 'text', purpose: 'text', basis: 'text', until: 'text', state: 'text', how: 'text', withheld_by: 'text' },
      ...{ begun_at: 'time', shown_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['case'], ['begun_at']],
  },
  anchor: {
    columns: { id: 'text', agency: 'text', size: 'integer', root: 'text', anchored_at: 'time', entry: 'integer' },
    key: ['id'],
    indexes: [['agency', 'size'], ['anchored_at']],
  },
  erasure: {
    columns: {
      ...{ id: 'text', case: 'text', ground: 'text', source: 'text', known: 'boolean', state: 'text', asked: 'text', answer_by: 'text' },
      ...{ extended: 'text', overdue: 'boolean', refusal: 'text', requested_by: 'text', decided_by: 'text', holders: 'text' },
      ...{ exports: 'text', attested: 'integer', unreadable_from: 'text' },
      ...{ requested_at: 'time', decided_at: 'time', completed_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['case'], ['state', 'answer_by'], ['requested_at']],
  },
  attestation: {
    columns: {
      ...{
        id: 'text',
        erasure: 'text',
        agency: 'text',
        method: 'text',
        unreadable_from: 'text',
        holdings: 'integer',
        documents: 'integer',
      },
      ...{ tokens: 'integer', keys: 'integer', attested_at: 'time', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['erasure'], ['attested_at']],
  },
} as const satisfies Record<string, Table>;

type TableName = keyof typeof tables;
type Cells = Readonly<Record<string, Cell>>;
const row = (table: TableName, id: string, set: Cells): Upsert => ({ table, key: { id }, set });
const people = (ids: readonly string[] | undefined): string | null => ids?.join(' ') ?? null;
/** What is said of a case, and when it was said last. */
const caseRow = (id: string, set: Cells, { time }: EventMeta): Upsert => row('case', id, { ...set, changed_at: time });
const holdCount = (id: string, more: bigint): Upsert => ({ table: 'case', key: { id }, add: { holds: more } });

type Fold<T extends EventType> = (data: EventData<T>, meta: EventMeta) => readonly Upsert[];

const erasures: { readonly [T in Extract<EventType, `erasure.${string}`>]: Fold<T> } = {
  'erasure.requested': ({ erasure, case: handle, register, ground, source, known, clock, by }, meta) => [
    row('erasure', erasure, {
      ...{ case: handle, ground, source, known, state: 'requested', asked: clock.asked, answer_by: clock.answerBy },
      ...{ extended: clock.extended ?? null, overdue: clock.overdue === true, requested_by: people(by) },
      ...{ requested_at: meta.time, entry: meta.index },
    }),
    caseRow(handle, { erasure, erased: false, ...(register === undefined ? {} : { register }) }, meta),
  ],
  'erasure.extended': ({ erasure, reason, answerBy }) => [row('erasure', erasure, { extended: reason, answer_by: answerBy })],
  'erasure.overdue': ({ erasure }) => [row('erasure', erasure, { overdue: true })],
  'erasure.withdrawn': ({ erasure, case: handle }, meta) => [
    row('erasure', erasure, { state: 'withdrawn' }),
    caseRow(handle, { erasure: null }, meta),
  ],
  'erasure.granted': ({ erasure, case: handle, holders, exports, by }, meta) => [
    row('erasure', erasure, {
      ...{ state: 'granted', holders: holders.join(' '), exports: exports.map(({ agency }) => agency).join(' ') },
      ...{ decided_by: people(by), decided_at: meta.time },
    }),
    caseRow(handle, { erased: true }, meta),
  ],
  'erasure.refused': ({ erasure, case: handle, ground, by }, meta) => [
    row('erasure', erasure, { state: 'refused', refusal: ground, decided_by: people(by), decided_at: meta.time }),
    caseRow(handle, { erasure: null }, meta),
  ],
  'erasure.reopened': ({ erasure, case: handle, overdue }, meta) => [
    row('erasure', erasure, { state: 'requested', refusal: null, decided_by: null, decided_at: null, overdue }),
    caseRow(handle, { erasure }, meta),
  ],
  'erasure.attested': ({ erasure, attestation: { agency, method, unreadableFrom, destroyed } }, meta) => [
    row('attestation', `${erasure}.${agency}`, {
      ...{ erasure, agency, method, unreadable_from: unreadableFrom, ...destroyed, attested_at: meta.time, entry: meta.index },
    }),
    { table: 'erasure', key: { id: erasure }, add: { attested: 1n } },
  ],
  'erasure.completed': ({ erasure, unreadableFrom }, meta) => [
    row('erasure', erasure, { state: 'complete', unreadable_from: unreadableFrom, completed_at: meta.time }),
  ],
};

const folds: { readonly [T in EventType]: Fold<T> } = {
  ...erasures,
  'grant.given': ({ grant, case: handle = null, register = null, agency, purpose, basis, until, by }, { time, index }) => [
    row('grant', grant, {
      ...{ case: handle, register, agency, purpose, basis, until, state: 'given' },
      ...{ given_by: people(by), given_at: time, entry: index },
    }),
  ],
  'grant.ended': ({ grant, how }, { time }) => [row('grant', grant, { state: 'ended', how, ended_at: time })],
  'restriction.placed': ({ case: handle, ground }, meta) => [caseRow(handle, { restricted: ground }, meta)],
  'restriction.lifted': ({ case: handle }, meta) => [caseRow(handle, { restricted: null }, meta)],
  'objection.entered': ({ objection, case: handle, by }, meta) => [
    row('objection', objection, { case: handle, state: 'entered', entered_by: people(by), entered_at: meta.time, entry: meta.index }),
    caseRow(handle, { objected: true }, meta),
  ],
  'objection.decided': ({ objection, case: handle, decision, ground = null, by }, meta) => [
    row('objection', objection, { state: decision, ground, decided_by: people(by), decided_at: meta.time }),
    caseRow(handle, { objected: decision === 'upheld' }, meta),
  ],
  'hold.placed': ({ hold, case: handle, basis, until = null, by }, meta) => [
    row('hold', hold, {
      ...{ case: handle, basis, until, state: 'placed', placed_by: people(by), placed_at: meta.time, entry: meta.index },
    }),
    caseRow(handle, {}, meta),
    holdCount(handle, 1n),
  ],
  'hold.ended': ({ hold, case: handle, how }, meta) => [
    row('hold', hold, { state: 'ended', how, ended_at: meta.time }),
    caseRow(handle, {}, meta),
    holdCount(handle, -1n),
  ],
  'access.anchored': ({ agency, size, root }, { height, seq, time, index }) => [
    row('anchor', `${agency}.${height}.${seq}`, { agency, size: BigInt(size), root, anchored_at: time, entry: index }),
  ],
  'access.withheld': ({ withholding, case: handle, purpose, basis, from, until, by }, meta) => [
    row('withholding', withholding, {
      ...{ case: handle, purpose, basis, until, state: 'withheld', withheld_by: people(by), begun_at: from, entry: meta.index },
    }),
    caseRow(handle, { withheld_until: until }, meta),
  ],
  'access.shown': ({ withholding, case: handle, how }, meta) => [
    row('withholding', withholding, { state: 'shown', how, shown_at: meta.time }),
    caseRow(handle, { withheld_until: null }, meta),
  ],
  'retention.set': ({ case: handle, class: kind, due }, meta) => [caseRow(handle, { retention_class: kind, retention_due: due }, meta)],
};

export const projection: ProjectionDefinition = {
  tables,
  folds: folds as unknown as Readonly<Record<string, (data: JsonObject, meta: EventMeta) => readonly Upsert[]>>,
};
