/** What pages and integrators read of the kernel: officers, proposals and court orders as rows, folded from events. */
import type { JsonObject } from '@tabularium/protocol';
import type { Data } from './events.ts';
import type { EventMeta, Fold, ModuleView, ProjectionDefinition, Upsert } from './module.ts';

const row = (table: string, key: Upsert['key'], set: NonNullable<Upsert['set']>): readonly Upsert[] => [{ table, key, set }];
const fold = <D>(run: (data: D, meta: EventMeta) => readonly Upsert[]): Fold =>
  run as unknown as (data: JsonObject, meta: EventMeta) => readonly Upsert[];

export const projection: ProjectionDefinition = {
  tables: {
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
    recovery: { columns: { officer: 'text', status: 'text', opened: 'time', due: 'time' }, key: ['officer'], indexes: [['status']] },
    withdrawn_text: { columns: { digest: 'text', ground: 'text', case_number: 'text', time: 'time' }, key: ['digest'] },
  },
  folds: {
    'officer.appointed': fold(({ officer, kind, agency, roles }: Data<'officer.appointed'>, { time }) =>
      row(
        'officer',
        { officer },
        {
          kind,
          agency,
          role: roles[0]?.role ?? '',
          office: roles[0]?.office ?? '',
          status: 'active',
          until: roles[0]?.until ?? time,
          since: time,
        },
      ),
    ),
    'officer.left': fold(({ officer }: Data<'officer.left'>) => row('officer', { officer }, { status: 'left' })),
    'role.granted': fold(({ officer, role, office, until }: Data<'role.granted'>) => row('officer', { officer }, { role, office, until })),
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
    'order.executed': fold(({ key, verb, case: number, document, signers }: Data<'order.executed'>, { tx, time }) =>
      row('court_order', { tx }, { record: key, verb, case_number: number, document, agency: signers[0]?.agency ?? '', time }),
    ),
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
    title: 'Officers appointed since the founding',
    table: 'officer',
    columns: [
      { column: 'officer', label: 'Officer', as: 'code' },
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'role', label: 'Role', as: 'code' },
      { column: 'office', label: 'Office', as: 'code' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'status', label: 'State', as: 'code' },
    ],
    filters: ['agency', 'status'],
    order: [{ column: 'officer' }],
    id: 'officer',
    collection: 'officer',
  },
};
