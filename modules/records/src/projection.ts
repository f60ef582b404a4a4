/** The records in tables: what lists and searches read. Disposable; rebuilt from events. No name and no day of anybody's life is in them. */
import type { Cell, EventMeta, Fold, ProjectionDefinition, Table, Upsert } from '@tabularium/kernel';
import { EVENT_TYPES, type EventData, type EventType } from './events.ts';
import type { Change, Collection, DocumentRecord, RecordRecord, RequestRecord, Shapes } from './state.ts';

const began = { entry: 'integer', made_at: 'time' } as const;
const kept = { retention: 'text', until: 'text', over: 'boolean' } as const;

const tables = {
  record: {
    columns: {
      ...{
        id: 'text',
        type: 'text',
        office: 'text',
        state: 'text',
        standing: 'text',
        number: 'text',
        version: 'integer',
        versions: 'integer',
      },
      ...{ open: 'text', suspect: 'text', declared_by: 'text', registered_by: 'text', registered_at: 'time', transferred_on: 'text' },
      ...kept,
      ...began,
    },
    key: ['id'],
    indexes: [['office', 'state'], ['number'], ['made_at'], ['open'], ['until']],
    search: ['number'],
  },
  version: {
    columns: {
      ...{ id: 'text', record: 'text', number: 'integer', state: 'text', reason: 'text', evidence: 'text', by: 'text', texts: 'text' },
      ...began,
    },
    key: ['id'],
    indexes: [['record']],
  },
  certificate: {
    columns: {
      ...{ id: 'text', record: 'text', version: 'text', office: 'text', state: 'text', standing: 'text', issued_by: 'text' },
      ...began,
    },
    key: ['id'],
    indexes: [['record'], ['made_at']],
    search: ['id'],
  },
  document: {
    columns: {
      ...{ id: 'text', case: 'text', media_type: 'text', size: 'integer', digest: 'text', agency: 'text', office: 'text', state: 'text' },
      ...{ standing: 'text', successor: 'text', transfer: 'text', transferred_on: 'text', entered_by: 'text', texts: 'text' },
      ...kept,
      ...began,
    },
    key: ['id'],
    indexes: [['case'], ['digest'], ['until'], ['made_at']],
  },
  transfer: {
    columns: {
      ...{ id: 'text', to: 'text', sip: 'text', state: 'text', standing: 'text', documents: 'integer', records: 'integer' },
      ...{ prepared_by: 'text', confirmed_by: 'text' },
      ...began,
    },
    key: ['id'],
    indexes: [['state'], ['made_at']],
  },
  request: {
    columns: {
      ...{ id: 'text', number: 'text', office: 'text', form: 'text', state: 'text', received: 'text', due: 'text', left: 'integer' },
      ...{ paused: 'boolean', extended: 'boolean', reviewed: 'boolean', overdue_on: 'text', outcome: 'text', ground: 'text' },
      ...{ answered_by: 'text', answered_at: 'time', standing: 'text', texts: 'text' },
      ...kept,
      ...began,
    },
    key: ['id'],
    indexes: [['state', 'due'], ['office', 'state'], ['due'], ['made_at']],
    search: ['number'],
  },
} as const satisfies Partial<Record<Collection, Table>>;

type Cells = Readonly<Record<string, Cell>>;
const people = (ids: readonly string[] | undefined): string | null => ids?.join(' ') ?? null;
const keeping = ({ retention, until, over = false }: RecordRecord | DocumentRecord | RequestRecord): Cells => ({
  retention,
  until: until ?? null,
  over,
});

const rows: { readonly [C in keyof typeof tables]: (value: Shapes[C]) => Cells } = {
  record: (value) => ({
    ...{ type: value.type, office: value.office, state: value.state, number: value.number ?? null },
    ...{ version: value.version, versions: value.versions, suspect: value.suspect ?? null },
    /** What waits for a registrar's decision. */
    open: value.suspect !== undefined ? 'duplicate' : value.asked !== undefined ? 'correction' : '',
    ...{ declared_by: people(value.declaredBy), registered_by: people(value.registeredBy), transferred_on: value.transferredOn ?? null },
    ...keeping(value),
  }),
  version: (value) => ({
    ...{ record: value.record, number: value.number, state: value.state, reason: value.reason ?? null },
    ...{ evidence: value.evidence ?? null, by: people(value.by), texts: value.texts.join(' ') },
  }),
  certificate: (value) => ({
    ...{ record: value.record, version: value.version, office: value.office, state: value.state, issued_by: people(value.issuedBy) },
  }),
  document: (value) => ({
    ...{ case: value.case, media_type: value.mediaType, size: value.size, digest: value.digest, agency: value.agency },
    ...{ office: value.office, state: value.state, successor: value.successor ?? null, transfer: value.transfer ?? null },
    ...{ transferred_on: value.transferredOn ?? null, entered_by: people(value.enteredBy), texts: value.texts.join(' ') },
    ...keeping(value),
  }),
  transfer: (value) => ({
    ...{
      to: value.to,
      sip: value.sip,
      state: value.state,
      documents: value.documents.length,
      records: value.records.length,
    },
    ...{ prepared_by: people(value.preparedBy), confirmed_by: people(value.confirmedBy) },
  }),
  request: (value) => ({
    ...{ number: value.number, office: value.office, form: value.form, state: value.state, received: value.received, due: value.due },
    ...{ left: value.left === undefined ? null : value.left, paused: value.paused, extended: value.extended },
    ...{ reviewed: value.reviewed, overdue_on: value.overdueOn ?? null, outcome: value.outcome ?? null, ground: value.ground ?? null },
    ...{ answered_by: people(value.answeredBy), texts: value.texts.join(' ') },
    ...keeping(value),
  }),
};

/** Columns that say when an event of this kind happened to what it is about. */
const MOMENTS: Readonly<Partial<Record<EventType, string>>> = { 'record.registered': 'registered_at', 'request.answered': 'answered_at' };

/** What a standing action leaves on the record that it was for, the first of its event. */
const LEFT: Readonly<Partial<Record<EventType, string>>> = {
  'standing.withdrawn': 'withdrawn',
  'standing.annulled': 'annulled',
  'standing.suspended': 'suspended',
  'standing.reinstated': '',
};

function upsert(type: EventType, { collection, id, value, isNew }: Change, n: number, meta: EventMeta): Upsert[] {
  if (!(collection in tables)) return [];
  const table = collection as keyof typeof tables;
  const row = rows[table] as (value: unknown) => Cells;
  const hasStanding = 'standing' in tables[table].columns;
  const left = hasStanding && n === 0 ? LEFT[type] : undefined;
  const moment = n === 0 ? MOMENTS[type] : undefined;
  const set: Cells = {
    ...row(value),
    ...(isNew === true ? { entry: meta.index, made_at: meta.time, ...(hasStanding ? { standing: '' } : {}) } : {}),
    ...(left === undefined ? {} : { standing: left }),
    ...(moment === undefined ? {} : { [moment]: meta.time }),
  };
  return [{ table, key: { id }, set }];
}

const fold =
  (type: EventType): Fold =>
  (data, meta) =>
    (data as unknown as EventData).records.flatMap((change, n) => upsert(type, change, n, meta));

export const projection: ProjectionDefinition = {
  tables,
  folds: Object.fromEntries(EVENT_TYPES.map((type) => [type, fold(type)])),
};
