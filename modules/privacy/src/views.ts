/** The module's read endpoints and screens as data: `GET /api/v1/privacy/<name>`. Words here are for people. */
import type { FormView, ListView, ModuleView } from '@tabularium/kernel';
import { actions } from './actions.ts';

const lists: Readonly<Record<string, ListView>> = {
  erasures: {
    kind: 'list',
    title: 'Erasures',
    table: 'erasure',
    columns: [
      { column: 'id', label: 'Erasure', as: 'link' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'ground', label: 'Ground' },
      { column: 'state', label: 'State' },
      { column: 'asked', label: 'Asked for', as: 'date' },
      { column: 'answer_by', label: 'To be answered by', as: 'date' },
      { column: 'overdue', label: 'Overdue' },
      { column: 'holders', label: 'Holders', as: 'code' },
      { column: 'exports', label: 'Given to others before', as: 'code' },
      { column: 'unreadable_from', label: 'Unreadable everywhere from', as: 'date' },
    ],
    filters: ['case', 'state', 'ground', 'source', 'overdue', 'known', 'refusal', 'requested_at', 'answer_by', 'entry'],
    order: [{ column: 'requested_at', descending: true }],
    id: 'id',
    collection: 'erasure',
  },
  attestations: {
    kind: 'list',
    title: 'Destructions attested',
    table: 'attestation',
    columns: [
      { column: 'erasure', label: 'Erasure', as: 'code' },
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'method', label: 'How it was destroyed' },
      { column: 'holdings', label: 'Holdings' },
      { column: 'documents', label: 'Documents' },
      { column: 'tokens', label: 'Search tokens' },
      { column: 'keys', label: 'Keys' },
      { column: 'unreadable_from', label: 'Unreadable everywhere from', as: 'date' },
      { column: 'entry', label: 'Record', as: 'link' },
    ],
    filters: ['erasure', 'agency', 'method', 'attested_at', 'entry'],
    order: [{ column: 'attested_at', descending: true }],
    id: 'id',
  },
  cases: {
    kind: 'list',
    title: 'Cases',
    table: 'case',
    columns: [
      { column: 'id', label: 'Case', as: 'link' },
      { column: 'restricted', label: 'Restricted' },
      { column: 'objected', label: 'Objected to' },
      { column: 'holds', label: 'Legal holds' },
      { column: 'withheld_until', label: 'Reads withheld until', as: 'date' },
      { column: 'retention_due', label: 'Due for erasure', as: 'date' },
      { column: 'erased', label: 'Erased' },
    ],
    filters: ['register', 'restricted', 'objected', 'erased', 'retention_class', 'retention_due', 'changed_at'],
    order: [{ column: 'changed_at', descending: true }],
    id: 'id',
    collection: 'case',
  },
  grants: {
    kind: 'list',
    title: 'Grants of access',
    table: 'grant',
    columns: [
      { column: 'id', label: 'Grant', as: 'link' },
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'register', label: 'Register', as: 'code' },
      { column: 'purpose', label: 'Purpose', as: 'code' },
      { column: 'basis', label: 'Legal basis' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['case', 'register', 'agency', 'purpose', 'basis', 'state', 'until', 'given_at', 'entry'],
    order: [{ column: 'given_at', descending: true }],
    id: 'id',
    collection: 'grant',
  },
  objections: {
    kind: 'list',
    title: 'Objections',
    table: 'objection',
    columns: [
      { column: 'id', label: 'Objection', as: 'link' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'state', label: 'State' },
      { column: 'ground', label: 'Ground' },
      { column: 'entered_at', label: 'Entered on', as: 'date' },
    ],
    filters: ['case', 'state', 'entered_at', 'entry'],
    order: [{ column: 'entered_at', descending: true }],
    id: 'id',
    collection: 'objection',
  },
  holds: {
    kind: 'list',
    title: 'Legal holds',
    table: 'hold',
    columns: [
      { column: 'id', label: 'Legal hold', as: 'link' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'basis', label: 'Law or order', as: 'code' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['case', 'basis', 'state', 'until', 'placed_at', 'entry'],
    order: [{ column: 'placed_at', descending: true }],
    id: 'id',
    collection: 'hold',
  },
  withholdings: {
    kind: 'list',
    title: 'Reads withheld for a time',
    table: 'withholding',
    columns: [
      { column: 'id', label: 'Withholding', as: 'link' },
      { column: 'case', label: 'Case', as: 'code' },
      { column: 'purpose', label: 'Purpose', as: 'code' },
      { column: 'basis', label: 'Law or order', as: 'code' },
      { column: 'until', label: 'Until', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['case', 'purpose', 'basis', 'state', 'until', 'begun_at', 'entry'],
    order: [{ column: 'begun_at', descending: true }],
    id: 'id',
    collection: 'withholding',
  },
  anchors: {
    kind: 'list',
    title: 'Anchors of the access logs',
    table: 'anchor',
    columns: [
      { column: 'agency', label: 'Agency', as: 'code' },
      { column: 'size', label: 'Rows' },
      { column: 'root', label: 'Root of the tree', as: 'code' },
      { column: 'anchored_at', label: 'Anchored on', as: 'date' },
      { column: 'entry', label: 'Record', as: 'link' },
    ],
    filters: ['agency', 'size', 'anchored_at', 'entry'],
    order: [{ column: 'anchored_at', descending: true }],
    id: 'id',
  },
};

/** Rows from which a form is begun; those that wait for somebody's step come to the desk of whoever may take it. */
const begun: Readonly<Partial<Record<keyof typeof actions, Pick<FormView, 'picks'>>>> = {
  'grant.end': { picks: [{ list: 'grants', where: { state: 'given' }, fill: { grant: 'id' } }] },
  'restriction.lift': { picks: [{ list: 'cases', fill: { case: 'id' } }] },
  'objection.decide': { picks: [{ list: 'objections', where: { state: 'entered' }, fill: { objection: 'id' }, waits: {} }] },
  'hold.release': { picks: [{ list: 'holds', where: { state: 'placed' }, fill: { hold: 'id' } }] },
  'erasure.extend': { picks: [{ list: 'erasures', where: { state: 'requested', overdue: 'false' }, fill: { erasure: 'id' } }] },
  'erasure.decide': {
    picks: [{ list: 'erasures', where: { state: 'requested' }, fill: { erasure: 'id' }, waits: { by: 'answer_by' } }],
  },
  'erasure.attest': { picks: [{ list: 'erasures', where: { state: 'granted' }, fill: { erasure: 'id' } }] },
};

/** One form an action: `form-erasure-decide`. Anchors are signed by programs alone. */
const forms: Readonly<Record<string, FormView>> = Object.fromEntries(
  (Object.keys(actions) as (keyof typeof actions)[])
    .filter((action) => action !== 'access.anchor')
    .map((action) => [
      `form-${action.replaceAll('.', '-')}`,
      { kind: 'form', title: actions[action].title, action: `privacy.${action}`, ...begun[action] },
    ]),
);

export const views: Readonly<Record<string, ModuleView>> = { ...lists, ...forms };
