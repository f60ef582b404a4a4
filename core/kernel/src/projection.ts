/** What pages and integrators read of the kernel: who is in office, proposals and court orders as rows, folded from events. */
import type { JsonObject } from '@tabularium/protocol';
import type { Dropped, Listed } from './charter-drops.ts';
import type { Data } from './events.ts';
import { forms } from './forms.ts';
import type { EventMeta, Fold, ModuleView, ProjectionDefinition, Upsert } from './module.ts';
import type { RoleTerm } from './records.ts';

const row = (table: string, key: Upsert['key'], set: NonNullable<Upsert['set']>): readonly Upsert[] => [{ table, key, set }];
const fold = <D>(run: (data: D, meta: EventMeta) => readonly Upsert[]): Fold =>
  run as unknown as (data: JsonObject, meta: EventMeta) => readonly Upsert[];

/** Whether an agency, an office or a role stands in the charter, a role is held, an officer acts. */
const STANDS = 'active';

/** Rows of the agencies, offices and roles that a charter has now, and of those it had. */
function charterRows({ agencies = {}, offices = {}, roles = {} }: Partial<Listed>, dropped: Dropped): readonly Upsert[] {
  return [
    ...Object.keys(agencies).flatMap((agency) => row('agency', { agency }, { status: STANDS })),
    ...Object.entries(offices).flatMap(([office, { agency }]) => row('office', { office }, { agency, status: STANDS })),
    ...Object.entries(roles).flatMap(([role, actions]) => row('role', { role }, { actions: actions.length, status: STANDS })),
    ...dropped.agencies.flatMap((agency) => row('agency', { agency }, { status: 'dropped' })),
    ...dropped.offices.flatMap((office) => row('office', { office }, { status: 'dropped' })),
    ...dropped.roles.flatMap((role) => row('role', { role }, { status: 'dropped' })),
  ];
}

const DOCUMENTS = 'kernel/document/';

/** A standing action on a record, where that is a document: on its row. */
function documentRow(key: string, standing: string): readonly Upsert[] {
  return key.startsWith(DOCUMENTS) ? row('document', { tx: key.slice(DOCUMENTS.length) }, { standing }) : [];
}

/** A role held in an office: one row, whose dates are those of the newest term. */
function termRow(officer: string, { role, office, from, until }: RoleTerm, time: number): readonly Upsert[] {
  return row('term', { term: termId(officer, role, office) }, { officer, role, office, starts: from ?? time, until, status: STANDS });
}

function endedTerm(officer: string, role: string, office: string): readonly Upsert[] {
  return row('term', { term: termId(officer, role, office) }, { status: 'ended' });
}

/** No code has either sign in it. */
function termId(officer: string, role: string, office: string): string {
  return `${officer}:${role}@${office}`;
}

export const projection: ProjectionDefinition = {
  tables: {
    agency: { columns: { agency: 'text', status: 'text' }, key: ['agency'] },
    office: { columns: { office: 'text', agency: 'text', status: 'text' }, key: ['office'], indexes: [['agency']] },
    role: { columns: { role: 'text', actions: 'integer', status: 'text' }, key: ['role'] },
    term: {
      columns: { term: 'text', officer: 'text', role: 'text', office: 'text', starts: 'time', until: 'time', status: 'text' },
      key: ['term'],
      indexes: [['officer'], ['role'], ['office']],
    },
    officer: {
      columns: {
        officer: 'text',
        kind: 'text',
        agency: 'text',
        role: 'text',
        office: 'text',
        status: 'text',
        until: 'time',
        since: 'time',
      },
      key: ['officer'],
      indexes: [['agency'], ['office']],
    },
    proposal: {
      columns: {
        proposal: 'text',
        action: 'text',
        needed: 'integer',
        signed: 'integer',
        proposer: 'text',
        status: 'text',
        made: 'time',
        until: 'time',
      },
      key: ['proposal'],
      indexes: [['status'], ['made']],
    },
    court_order: {
      columns: { tx: 'text', record: 'text', verb: 'text', case_number: 'text', document: 'text', agency: 'text', time: 'time' },
      key: ['tx'],
      indexes: [['record']],
    },
    document: {
      columns: {
        tx: 'text',
        record: 'text',
        document: 'text',
        role: 'text',
        office: 'text',
        time: 'time',
        indication: 'text',
        judged: 'text',
        validated_by: 'text',
        form: 'text',
        report: 'text',
        standing: 'text',
      },
      key: ['tx'],
      indexes: [['record'], ['document']],
    },
    recovery: { columns: { officer: 'text', status: 'text', opened: 'time', due: 'time' }, key: ['officer'], indexes: [['status']] },
    withdrawn_text: { columns: { digest: 'text', ground: 'text', case_number: 'text', time: 'time' }, key: ['digest'] },
  },
  folds: {
    'charter.founded': fold(({ sections, dropped }: Data<'charter.founded'>) => charterRows(sections, dropped)),
    'charter.amended': fold(({ sections, dropped }: Data<'charter.amended'>) => charterRows(sections, dropped)),
    'officer.appointed': fold(({ officer, kind, agency, roles }: Data<'officer.appointed'>, { time }) => [
      ...row(
        'officer',
        { officer },
        {
          kind,
          agency,
          role: roles[0]?.role ?? '',
          office: roles[0]?.office ?? '',
          status: STANDS,
          until: roles[0]?.until ?? time,
          since: time,
        },
      ),
      ...roles.flatMap((term) => termRow(officer, term, time)),
    ]),
    'officer.left': fold(({ officer, roles }: Data<'officer.left'>) => [
      ...row('officer', { officer }, { status: 'left' }),
      ...roles.flatMap(({ role, office }) => endedTerm(officer, role, office)),
    ]),
    'role.granted': fold(({ officer, ...term }: Data<'role.granted'>, { time }) => [
      ...row('officer', { officer }, { role: term.role, office: term.office, until: term.until }),
      ...termRow(officer, term, time),
    ]),
    'role.ended': fold(({ officer, role, office }: Data<'role.ended'>) => endedTerm(officer, role, office)),
    'recovery.opened': fold(({ officer, due }: Data<'recovery.opened'>, { time }) =>
      row('recovery', { officer }, { status: 'open', opened: time, due }),
    ),
    'recovery.vetoed': fold(({ officer }: Data<'recovery.vetoed'>) => row('recovery', { officer }, { status: 'vetoed' })),
    'recovery.done': fold(({ officer }: Data<'recovery.done'>) => row('recovery', { officer }, { status: 'done' })),
    'proposal.made': fold(({ proposal, action, needed, signers, until }: Data<'proposal.made'>, { time }) =>
      row(
        'proposal',
        { proposal },
        { action, needed, signed: signers.length, proposer: signers[0]?.officer ?? '', status: 'open', made: time, until },
      ),
    ),
    'proposal.approved': fold(({ proposal, executed }: Data<'proposal.approved'>) => [
      { table: 'proposal', key: { proposal }, set: { status: executed ? 'executed' : 'open' }, add: { signed: 1n } },
    ]),
    'proposal.withdrawn': fold(({ proposal }: Data<'proposal.withdrawn'>) => row('proposal', { proposal }, { status: 'withdrawn' })),
    'proposal.expired': fold(({ proposal }: Data<'proposal.expired'>) => row('proposal', { proposal }, { status: 'expired' })),
    'order.executed': fold(({ key, verb, case: number, document, agency }: Data<'order.executed'>, { tx, time }) => [
      ...row('court_order', { tx }, { record: key, verb, case_number: number, document, agency, time }),
      ...(verb === 'annul' ? documentRow(key, 'annulled') : []),
    ]),
    'record.withdrawn': fold(({ key }: Data<'record.withdrawn'>) => documentRow(key, 'withdrawn')),
    'record.annulled': fold(({ key }: Data<'record.annulled'>) => documentRow(key, 'annulled')),
    'document.attached': fold(({ key, document, on = '', signers, ...said }: Data<'document.attached'>, { tx, time }) => {
      const { indication = '', validatedBy = '', form = '', report = '' } = said;
      const { role = '', office = '' } = signers[0] ?? {};
      const judged = { indication, judged: on, validated_by: validatedBy, form, report };
      return row('document', { tx }, { record: key, document, role, office, time, ...judged, standing: '' });
    }),
    'text.withdrawn': fold(({ digest, ground, case: number }: Data<'text.withdrawn'>, { time }) =>
      row('withdrawn_text', { digest }, { ground, case_number: number, time }),
    ),
  },
};

export const views: Readonly<Record<string, ModuleView>> = {
  proposals: {
    kind: 'list',
    title: 'Proposals',
    table: 'proposal',
    columns: [
      { column: 'action', label: 'What', as: 'code' },
      { column: 'proposer', label: 'Proposed by', as: 'code' },
      { column: 'signed', label: 'Signed' },
      { column: 'needed', label: 'Needed' },
      { column: 'status', label: 'State', as: 'code' },
      { column: 'made', label: 'Made', as: 'date' },
    ],
    filters: ['status', 'action', 'proposer'],
    order: [{ column: 'made', descending: true }],
    id: 'proposal',
    collection: 'proposal',
  },
  orders: {
    kind: 'list',
    title: 'Orders of courts and review bodies',
    table: 'court_order',
    columns: [
      { column: 'case_number', label: 'Case', as: 'code' },
      { column: 'verb', label: 'Order', as: 'code' },
      { column: 'record', label: 'Record', as: 'link' },
      { column: 'agency', label: 'By', as: 'code' },
      { column: 'time', label: 'When', as: 'date' },
    ],
    filters: ['record', 'agency'],
    order: [{ column: 'time', descending: true }],
    id: 'tx',
    collection: 'order',
  },
  documents: {
    kind: 'list',
    title: 'Documents attached',
    table: 'document',
    columns: [
      { column: 'document', label: 'Document', as: 'code' },
      { column: 'record', label: 'Record', as: 'link' },
      { column: 'role', label: 'Attached by', as: 'code' },
      { column: 'time', label: 'When', as: 'date' },
      { column: 'indication', label: 'What it found', as: 'code' },
      { column: 'validated_by', label: 'Validated by', as: 'code' },
      { column: 'judged', label: 'As of', as: 'date' },
    ],
    filters: ['record', 'document', 'report'],
    order: [{ column: 'time', descending: true }],
    id: 'tx',
    collection: 'document',
  },
  recoveries: {
    kind: 'list',
    title: 'Keys being replaced',
    table: 'recovery',
    columns: [
      { column: 'officer', label: 'Officer', as: 'code' },
      { column: 'status', label: 'State', as: 'code' },
      { column: 'opened', label: 'Started', as: 'date' },
      { column: 'due', label: 'In force from', as: 'date' },
    ],
    filters: ['status', 'officer'],
    order: [{ column: 'opened', descending: true }],
    id: 'officer',
    collection: 'recovery',
  },
  officers: {
    kind: 'list',
    title: 'Officers',
    table: 'officer',
    columns: [
      { column: 'officer', label: 'Officer', as: 'code' },
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'role', label: 'Role given last', as: 'code' },
      { column: 'office', label: 'Office', as: 'code' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['agency', 'status'],
    order: [{ column: 'officer' }],
    id: 'officer',
    collection: 'officer',
  },
  terms: {
    kind: 'list',
    title: 'Who holds which role',
    table: 'term',
    columns: [
      { column: 'officer', label: 'Officer', as: 'code' },
      { column: 'role', label: 'Role', as: 'code' },
      { column: 'office', label: 'Office', as: 'code' },
      { column: 'starts', label: 'From', as: 'date' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['officer', 'role', 'office', 'status'],
    order: [{ column: 'term' }],
    id: 'term',
  },
  agencies: {
    kind: 'list',
    title: 'Agencies',
    table: 'agency',
    columns: [
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['status'],
    order: [{ column: 'agency' }],
    id: 'agency',
  },
  offices: {
    kind: 'list',
    title: 'Offices',
    table: 'office',
    columns: [
      { column: 'office', label: 'Office', as: 'code' },
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['agency', 'status'],
    order: [{ column: 'office' }],
    id: 'office',
  },
  roles: {
    kind: 'list',
    title: 'Roles',
    table: 'role',
    columns: [
      { column: 'role', label: 'Role', as: 'code' },
      { column: 'actions', label: 'Actions it may sign' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['status'],
    order: [{ column: 'role' }],
    id: 'role',
  },
  ...forms,
};
