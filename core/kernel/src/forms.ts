/** What people ask of the kernel by form: roles, deputies, leaving, standing actions. Enrolling keys and amending the charter are no forms. */
import { actions } from './actions.ts';
import type { FormPick, FormView } from './module.ts';

/** In a query of a list, whoever fills the form in. */
const ME = '@me';
const ACTIVE = { status: 'active' } as const;
const officer = (member: string): FormPick => ({ list: 'officers', where: ACTIVE, fill: { [member]: 'officer' } });

const picks = {
  'mandate.give': [officer('to'), { list: 'terms', where: { ...ACTIVE, officer: ME }, fill: { role: 'role', office: 'office' } }],
  'mandate.end': [],
  'officer.leave': [officer('officer'), officer('successor')],
  'officer.dismiss': [officer('officer'), officer('successor')],
  'role.grant': [
    officer('officer'),
    { list: 'roles', where: ACTIVE, fill: { role: 'role' } },
    { list: 'offices', where: ACTIVE, fill: { office: 'office' } },
  ],
  'role.end': [{ list: 'terms', where: ACTIVE, fill: { officer: 'officer', role: 'role', office: 'office' } }],
  withdraw: [],
  annul: [],
  'order.execute': [],
  'text.withdraw': [],
  'document.attach': [],
  'key.revoke': [],
  'recovery.veto': [officer('officer')],
} as const satisfies Partial<Record<keyof typeof actions, readonly FormPick[]>>;

export const forms: Readonly<Record<string, FormView>> = Object.fromEntries(
  Object.entries(picks).map(([action, picked]) => [
    `form-${action.replaceAll('.', '-')}`,
    { kind: 'form', title: actions[action as keyof typeof picks].title, action: `kernel.${action}`, picks: picked },
  ]),
);
