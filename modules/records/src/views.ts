/** The records' read endpoints and screens as data: `GET /api/v1/records/<name>`. Words here are for people. */
import type { FormPick, FormView, ListView, ModuleView } from '@tabularium/kernel';
import { actions, type SharedAction } from './actions.ts';
import { recordTypes } from './types.ts';

const newest = [{ column: 'made_at', descending: true }] as const;

const lists: Readonly<Record<string, ListView>> = {
  records: {
    kind: 'list',
    title: 'Civil records',
    table: 'record',
    columns: [
      { column: 'id', label: 'Record', as: 'link' },
      { column: 'type', label: 'Type' },
      { column: 'number', label: 'Number', as: 'code' },
      { column: 'office', label: 'Office' },
      { column: 'version', label: 'Version' },
      { column: 'open', label: 'To be decided' },
      { column: 'state', label: 'State' },
    ],
    filters: ['type', 'office', 'state', 'standing', 'open', 'number', 'over', 'made_at', 'entry'],
    order: newest,
    search: true,
    id: 'id',
    collection: 'record',
  },
  versions: {
    kind: 'list',
    title: 'Versions of civil records',
    table: 'version',
    columns: [
      { column: 'id', label: 'Version', as: 'link' },
      { column: 'record', label: 'Record', as: 'code' },
      { column: 'state', label: 'State' },
      { column: 'reason', label: 'Reason' },
      { column: 'made_at', label: 'Time', as: 'date' },
    ],
    filters: ['record', 'state', 'reason', 'made_at', 'entry'],
    order: newest,
    id: 'id',
    collection: 'version',
  },
  certificates: {
    kind: 'list',
    title: 'Certificates',
    table: 'certificate',
    columns: [
      { column: 'id', label: 'Number', as: 'link' },
      { column: 'record', label: 'Record', as: 'code' },
      { column: 'version', label: 'Version', as: 'code' },
      { column: 'office', label: 'Office' },
      { column: 'made_at', label: 'Time', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['record', 'version', 'office', 'state', 'standing', 'made_at', 'entry'],
    order: newest,
    search: true,
    id: 'id',
    collection: 'certificate',
  },
  documents: {
    kind: 'list',
    title: 'Official documents',
    table: 'document',
    columns: [
      { column: 'id', label: 'Document', as: 'link' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'media_type', label: 'Kind of file', as: 'code' },
      { column: 'size', label: 'Size' },
      { column: 'retention', label: 'Retention class', as: 'code' },
      { column: 'until', label: 'Kept until', as: 'date' },
      { column: 'transferred_on', label: 'Transferred on', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['case', 'digest', 'agency', 'office', 'state', 'standing', 'retention', 'until', 'over', 'transfer', 'made_at', 'entry'],
    order: newest,
    id: 'id',
    collection: 'document',
  },
  transfers: {
    kind: 'list',
    title: 'Transfers to the archive',
    table: 'transfer',
    columns: [
      { column: 'id', label: 'Transfer', as: 'link' },
      { column: 'to', label: 'Archive' },
      { column: 'documents', label: 'Documents' },
      { column: 'records', label: 'Records' },
      { column: 'made_at', label: 'Time', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['to', 'sip', 'state', 'standing', 'made_at', 'entry'],
    order: newest,
    id: 'id',
    collection: 'transfer',
  },
  requests: {
    kind: 'list',
    title: 'Requests for information',
    table: 'request',
    columns: [
      { column: 'id', label: 'Request', as: 'link' },
      { column: 'number', label: 'Number', as: 'code' },
      { column: 'office', label: 'Office' },
      { column: 'received', label: 'Received', as: 'date' },
      { column: 'due', label: 'To be answered by', as: 'date' },
      { column: 'overdue_on', label: 'Overdue since', as: 'date' },
      { column: 'outcome', label: 'Outcome' },
      { column: 'state', label: 'State' },
    ],
    filters: ['number', 'office', 'form', 'state', 'received', 'due', 'overdue_on', 'outcome', 'ground', 'made_at', 'entry'],
    order: [{ column: 'due', descending: true }],
    search: true,
    id: 'id',
    collection: 'request',
  },
};

const record = (where: Readonly<Record<string, string>>): FormPick => ({ list: 'records', where, fill: { record: 'id' } });
const waiting = (where: Readonly<Record<string, string>>): FormPick => ({ ...record(where), waits: {} });
const request = (where: Readonly<Record<string, string>>): FormPick => ({ list: 'requests', where, fill: { request: 'id' } });
const document = (where: Readonly<Record<string, string>>): FormPick => ({ list: 'documents', where, fill: { document: 'id' } });

type Begun = Pick<FormView, 'picks' | 'made'>;

const begun: Readonly<Partial<Record<SharedAction, Begun>>> = {
  validate: { picks: [waiting({ state: 'declared' })] },
  reject: { picks: [record({ state: 'declared' })] },
  'duplicate.flag': { picks: [record({ state: 'declared' })] },
  'duplicate.decide': { picks: [waiting({ open: 'duplicate' })] },
  'correction.approve': { picks: [waiting({ open: 'correction' })] },
  'correction.refuse': { picks: [record({ open: 'correction' })] },
  certify: { picks: [record({ state: 'registered' })] },
  archive: { picks: [record({ state: 'registered' })] },
  reinstate: { picks: [record({ state: 'archived' })] },
  'document.supersede': { picks: [document({ state: 'entered' })] },
  'document.revoke': { picks: [document({ state: 'entered' })] },
  'transfer.confirm': { picks: [{ list: 'transfers', where: { state: 'prepared' }, fill: { transfer: 'id' }, waits: {} }] },
  'request.file': { made: ['request'] },
  'request.clarify': { picks: [request({ state: 'waiting' })] },
  'request.resume': { picks: [request({ state: 'clarification' })] },
  'request.extend': { picks: [request({ state: 'waiting' })] },
  'request.answer': {
    picks: [
      { ...request({ state: 'waiting' }), waits: { by: 'due' } },
      { ...request({ state: 'overdue' }), waits: { by: 'due' } },
      { ...request({ state: 'review' }), waits: { by: 'due' } },
    ],
  },
  'request.review': { picks: [request({ state: 'answered' })] },
  'request.withdraw': { picks: [request({ state: 'waiting' })] },
  'request.reopen': { picks: [request({ state: 'answered' })] },
};

const begunOfTypes: Readonly<Record<string, Begun>> = Object.fromEntries(
  Object.keys(recordTypes).flatMap((type): [string, Begun][] => [
    [`${type}.declare`, { made: ['record'] }],
    [`${type}.register`, { picks: [waiting({ state: 'validated', type })] }],
    [`${type}.correct`, { picks: [record({ state: 'registered', type })] }],
  ]),
);

/** One form an action: `form-birth-declare`. */
const forms: Readonly<Record<string, FormView>> = Object.fromEntries(
  Object.entries(actions).map(([action, { title }]) => [
    `form-${action.replaceAll('.', '-')}`,
    { kind: 'form', title, action: `records.${action}`, ...begunOfTypes[action], ...begun[action as SharedAction] },
  ]),
);

export const views: Readonly<Record<string, ModuleView>> = { ...lists, ...forms };
