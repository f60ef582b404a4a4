/** What an officer tries on a training ledger, ten minutes in all: which tasks fit their rights, and which of them the ledger says are done. */
import type { Entitled, Form } from '../desk/desk-data.ts';

export type TaskName = 'propose' | 'approve' | 'act' | 'refused' | 'take-back' | 'verify' | 'hand-over';

export interface Task {
  readonly name: TaskName;
  /** Where it is done; the inbox or the page of a proof where no form is named. */
  readonly form?: Form;
  /** Undefined where nothing recorded shows it: whoever did it says so. */
  readonly isDone: boolean | undefined;
}

/** Acts that show by themselves that a task is done. */
const SHOWN: Readonly<Partial<Record<TaskName, readonly string[]>>> = {
  propose: ['kernel.propose'],
  approve: ['kernel.approve'],
  'take-back': ['kernel.withdraw', 'kernel.correct', 'kernel.annul'],
  'hand-over': ['kernel.mandate.give'],
};

/** Everyday acts of the roles, in the order in which money goes its way. */
const EVERYDAY = [
  'treasury.allot',
  'treasury.commit',
  'treasury.commit.post',
  'treasury.payable.certify',
  'treasury.payment.order',
  'treasury.payment.approve',
  'treasury.payment.release',
] as const;
/** Acts that two sign, those first that a new ledger can take. */
const TOGETHER = [
  'treasury.year.open',
  'treasury.budget.enact',
  'treasury.payment.return',
  'kernel.role.grant',
  'kernel.role.end',
] as const;

/** `signed`: full names of the actions that this officer has signed. */
export function tasksOf({ actions }: Pick<Entitled, 'actions'>, forms: readonly Form[], signed: readonly string[]): readonly Task[] {
  const may = new Map(actions.map((one) => [one.action, one.signers]));
  const formOf = (action: string | undefined): Form | undefined => forms.find((one) => one.action === action);
  const first = (list: readonly string[]): Form | undefined => formOf(list.find((one) => may.has(one) && formOf(one) !== undefined));
  const together = first(TOGETHER.filter((one) => (may.get(one) ?? 0) > 1));
  const alone = first(EVERYDAY);
  const has = (name: TaskName): boolean => (SHOWN[name] ?? []).some((one) => signed.includes(one));
  const byForm = (name: TaskName, form: Form | undefined, isDone: boolean | undefined): readonly Task[] =>
    form === undefined ? [] : [{ name, form, isDone }];
  return [
    ...byForm('refused', alone ?? together, undefined),
    ...byForm('propose', together, has('propose')),
    ...([...may.values()].some((signers) => signers > 1) ? [{ name: 'approve', isDone: has('approve') } as const] : []),
    ...byForm('act', alone, alone !== undefined && signed.includes(alone.action)),
    { name: 'verify', isDone: undefined },
    ...byForm('take-back', first(['kernel.withdraw']), has('take-back')),
    ...byForm('hand-over', first(['kernel.mandate.give']), has('hand-over')),
  ];
}
