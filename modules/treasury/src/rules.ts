/**
 * The rules of public money this module enforces, each with one plain sentence. An `invariant` is arithmetic or
 * identity: no court passes over it. A `rule` is law: a court's order may. The basis names the paragraph of the model
 * rules in this module's README, which a town maps to its own law there.
 */
import type { Rule } from '@tabularium/kernel';

type Sentence = Omit<Rule, 'id'>;

const invariant = (basis: string, text: string): Sentence => ({ kind: 'invariant', basis: `Model treasury rules § ${basis}`, text });
const rule = (basis: string, text: string): Sentence => ({ kind: 'rule', basis: `Model treasury rules § ${basis}`, text });

const SENTENCES = {
  'treasury.ledger.amount': invariant('1', 'An amount that is moved is greater than zero and within what the ledger can hold.'),
  'treasury.ledger.currency': invariant('1', 'A budget line is kept in one currency.'),
  'treasury.ledger.limit': invariant(
    '2',
    'No account gives more than it holds: nobody, in whatever office, can exceed an appropriation, an allotment or a commitment.',
  ),
  'treasury.ledger.identity': invariant(
    '3',
    'Every year, budget line, commitment, payable and payment exists once and keeps its identity for ever.',
  ),
  'treasury.ledger.reference': invariant('3', 'A step names records that exist.'),
  'treasury.ledger.once': invariant('3', 'What is posted, voided, paid, lapsed or annulled is not posted, voided or paid again.'),
  'treasury.calendar.day': invariant('4', 'A date is a day that exists.'),
  'treasury.revenue.gross': invariant('5', 'Revenue never nets expense: a revenue line carries no spending.'),
  'treasury.commitment.limit': invariant('2', 'What is certified under a commitment never exceeds it.'),
  'treasury.payable.limit': invariant('2', 'What is paid on a payable never exceeds it: a debt is paid once.'),
  'treasury.standing.change': invariant('11', 'A change names only what can be changed in such a record, and leaves it consistent.'),
  'treasury.standing.dependents': invariant('11', 'A record on which others rest is annulled after them.'),
  'treasury.import.identity': invariant('12', 'A row of a source is imported once, and a source is one file.'),
  'treasury.budget.two-roles': rule('6', 'Two people in two different roles enact a budget, carry commitments over and close a year.'),
  'treasury.year.open': rule('4', 'Money moves in a budget year that is open.'),
  'treasury.year.period': rule('4', 'A budget year is a period of at most two years that holds days of the year it is named for.'),
  'treasury.year.annuality': rule(
    '4',
    'An appropriation serves the days of its own year: nothing is booked into a year that is over or has not begun.',
  ),
  'treasury.year.closing': rule(
    '4',
    'A year is closed when it is over and nothing in it is pending or committed; what was certified is still paid.',
  ),
  'treasury.commitment.controller': rule('7', 'Who commits money does not control that commitment.'),
  'treasury.commitment.expiry': rule(
    '4',
    'A commitment that is not posted in time expires; what is not certified when the year is over lapses, unless a law carries it over.',
  ),
  'treasury.payable.certifier': rule('7', 'Who committed the money does not certify that it is owed.'),
  'treasury.payable.after-commitment': rule('8', 'Nothing is delivered before its commitment was posted.'),
  'treasury.payment.three-persons': rule('7', 'A payment is ordered, approved and released by three different people.'),
  'treasury.payment.lead-time': rule('9', 'A payment is not carried out earlier than the charter allows before its due date.'),
  'treasury.payment.expiry': rule('9', 'An order to pay that is not released in time expires.'),
  'treasury.payment.instalments': rule('9', 'A payable has at most 100 payments.'),
  'treasury.booking.no-backdating': rule('10', 'Nothing is dated back, and nothing that has not happened yet is stated as done.'),
  'treasury.standing.suspended': rule('11', 'A record that is suspended takes no further step.'),
  'treasury.standing.own': rule('11', 'A pending act is withdrawn by one who made it.'),
  'treasury.standing.correction': rule(
    '11',
    'A correction mends what was written wrongly; it does not raise an amount after it was checked.',
  ),
} as const satisfies Record<string, Sentence>;

export type RuleId = keyof typeof SENTENCES;

export const rules: readonly Rule[] = Object.entries(SENTENCES).map(([id, sentence]) => ({ id, ...sentence }));
