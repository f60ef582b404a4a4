/**
 * The rules of records this module enforces, each with one plain sentence. An `invariant` is identity or arithmetic: no court passes over
 * it. A `rule` is law: a court's order may. The basis names the paragraph of the model registry rules in this module's README.
 */
import type { Rule } from '@tabularium/kernel';

type Sentence = Omit<Rule, 'id'>;
const invariant = (basis: string, text: string): Sentence => ({ kind: 'invariant', basis: `Model registry rules § ${basis}`, text });
const rule = (basis: string, text: string): Sentence => ({ kind: 'rule', basis: `Model registry rules § ${basis}`, text });

const SENTENCES = {
  'records.identity': invariant('1', 'Each case is declared once under its own handle, and keeps it for ever.'),
  'records.reference': invariant('1', 'A step names records that exist and are of its kind.'),
  'records.step': invariant('2', 'A record takes the steps of its life in their order, and each once.'),
  'records.numbers': invariant('3', 'Numbers are given by office and year, without gaps, and never twice.'),
  'records.registrar.other': rule('4', 'Who declared an event neither validates nor registers it.'),
  'records.agency.own': rule('4', 'A record is led by the agency that took its declaration.'),
  'records.duplicate': rule(
    '5',
    'While it is open whether a record says what another says already, it is not registered; another person decides.',
  ),
  'records.correction.other': rule('6', 'Who asked for a correction does not decide on it.'),
  'records.correction.once': rule('6', 'One correction of a record is decided before the next is asked for.'),
  'records.certificate': invariant(
    '7',
    'A certificate is of a version in force: never of what is archived, annulled, suspended or erased.',
  ),
  'records.erased': invariant('8', 'What was erased takes no further step.'),
  'records.restricted': rule('8', 'What is restricted is kept and put right, and used for nothing else.'),
  'records.retention.class': rule('9', 'What is kept is kept under a class of retention that the charter knows.'),
  'records.disposal.due': rule('9', 'Nothing is disposed of before its retention is over.'),
  'records.disposal.held': rule('9', 'Nothing is disposed of that is held for a proceeding.'),
  'records.disposal.archived': rule('9', 'What belongs to the archive is disposed of once the archive has confirmed that it has it.'),
  'records.document.own': rule('10', 'A document is replaced, revoked and disposed of by the agency that entered it.'),
  'records.transfer.archive': rule(
    '10',
    'What is handed over goes to the archive that the charter names, and the archive itself confirms it.',
  ),
  'records.transfer.same': invariant('10', 'The archive confirms the package that was prepared, byte for byte.'),
  'records.request.clock': invariant(
    '11',
    'The time for an answer runs from the day a request came; it is paused once, extended once, and never begins anew.',
  ),
  'records.request.received': rule('11', 'A request counts from the day it came, which is not in the future and at most thirty days past.'),
  'records.request.ground': rule('12', 'Who keeps information back says on which ground.'),
  'records.request.review': rule('12', 'An answer is reviewed once, by somebody who did not give it.'),
  'records.standing.suspended': rule('13', 'A record that is suspended takes no further step.'),
  'records.standing.own': rule('13', 'A pending act is withdrawn by one who made it.'),
  'records.standing.change': invariant('13', 'A change names only what can be changed in such a record, and leaves it consistent.'),
} as const satisfies Record<string, Sentence>;

export type RuleId = keyof typeof SENTENCES;
export const rules: readonly Rule[] = Object.entries(SENTENCES).map(([id, sentence]) => ({ id, ...sentence }));
