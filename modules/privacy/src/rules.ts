/**
 * The rules of people's data this module enforces, each with one plain sentence and its article of the GDPR (Regulation (EU) 2016/679). An
 * `invariant` no court passes over: what is destroyed stays so, and a log that was anchored stays as it was.
 */
import type { Rule } from '@tabularium/kernel';

type Sentence = Omit<Rule, 'id'>;

const invariant = (basis: string, text: string): Sentence => ({ kind: 'invariant', basis: `GDPR ${basis}`, text });
const rule = (basis: string, text: string): Sentence => ({ kind: 'rule', basis: `GDPR ${basis}`, text });

const SENTENCES = {
  'privacy.record.reference': invariant('art. 5(2)', 'A step names records, agencies and purposes that exist.'),
  'privacy.record.once': invariant('art. 5(2)', 'What is ended, decided or attested is not ended, decided or attested again.'),
  'privacy.calendar.day': invariant('art. 5(2)', 'A date is a day that exists.'),
  'privacy.case.erased': invariant(
    'art. 17(1)',
    'Once a case is erased nothing more happens to it: no grant, no change, no second erasure.',
  ),
  'privacy.erasure.holders': invariant('art. 17(1)', 'Whoever was told to destroy attests it once, and nobody else does.'),
  'privacy.access.one-log': invariant(
    'art. 5(1)(f)',
    'An agency keeps one access log. It grows; what was anchored is never changed or taken out.',
  ),
  'privacy.grant.purpose': rule(
    'art. 5(1)(b), 6',
    'Access is granted for one purpose that the charter names, on its legal basis, until a day.',
  ),
  'privacy.grant.scope': rule('art. 5(1)(c)', 'A grant is for one case or one register.'),
  'privacy.grant.term': rule('art. 5(1)(e)', 'A grant ends by itself, within the term that the charter sets.'),
  'privacy.case.bounds': rule(
    'art. 5(1)(c)',
    'A case has at most 16 legal holds, and an agency at most 16 grants for the same, at a time.',
  ),
  'privacy.objection.decider': rule('art. 21', 'Another person decides an objection than the one who took it in.'),
  'privacy.objection.ground': rule('art. 21(1), (6)', 'An objection is refused on a ground of the law only.'),
  'privacy.hold.erasure': rule('art. 17(3)(e)', 'Nothing is erased while a legal hold stands.'),
  'privacy.hold.term': rule('art. 17(3)(e)', 'A legal hold does not end before it begins.'),
  'privacy.access.outside': rule('art. 23', 'Reads are withheld from a person only if a court or review body signs.'),
  'privacy.access.term': rule(
    'art. 23',
    'Reads are withheld for a term, at most as long as the charter allows; afterwards they are shown.',
  ),
  'privacy.erasure.own': rule('art. 17(1)', 'A request is taken back by one who entered it.'),
  'privacy.erasure.decider': rule('art. 17(1)', 'Two people decide on an erasure, and neither took the request in.'),
  'privacy.erasure.ground': rule('art. 17(3)', 'An erasure is refused on a ground of the law only, and granted against named holders.'),
  'privacy.erasure.clock': rule(
    'art. 12(3)',
    'A request is answered within a month, or three if that was said within the first. Taking it back and making it again does not begin the time anew.',
  ),
  'privacy.erasure.backups': rule(
    'art. 17(1)',
    'From the day that a holder states on, nothing can be read; that day does not lie before the attestation.',
  ),
} as const satisfies Record<string, Sentence>;

export type RuleId = keyof typeof SENTENCES;

export const rules: readonly Rule[] = Object.entries(SENTENCES).map(([id, sentence]) => ({ id, ...sentence }));
