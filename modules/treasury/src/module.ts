/** The treasury as the kernel, API, portal, CLI and SDK read it: everything declared in this folder, wired together. */
import type { ModuleDefinition } from '@tabularium/kernel';
import { actions } from './actions.ts';
import { collections } from './collections.ts';
import { allot, closeBudgetYear, enact, openBudgetYear } from './decide-budget.ts';
import { carryCommitments, commit, endCommitment, postCommitments, releaseCommitments, voidCommitments } from './decide-commitment.ts';
import { importRows } from './decide-import.ts';
import { certify } from './decide-payable.ts';
import { approvePayments, expirePayment, orderPayments, releasePayments, returnPayments, voidPayments } from './decide-payment.ts';
import { events } from './events.ts';
import { evolve } from './evolve.ts';
import { projection } from './projection.ts';
import { refusals } from './refusals.ts';
import { rules } from './rules.ts';
import { views } from './views.ts';

export const treasury: ModuleDefinition = {
  name: 'treasury',
  version: 1,
  title: 'Treasury',
  actions,
  events,
  collections,
  rules,
  refusals,
  decide: {
    'year.open': openBudgetYear,
    'year.close': closeBudgetYear,
    'budget.enact': enact,
    allot,
    commit,
    'commit.post': postCommitments,
    'commit.void': voidCommitments,
    'commit.release': releaseCommitments,
    'commit.carry': carryCommitments,
    'payable.certify': certify,
    'payment.order': orderPayments,
    'payment.approve': approvePayments,
    'payment.release': releasePayments,
    'payment.void': voidPayments,
    'payment.return': returnPayments,
    import: importRows,
  },
  evolve,
  deadlines: { 'commitment.end': endCommitment, 'payment.expire': expirePayment },
  projection,
  views,
};
