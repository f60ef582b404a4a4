/** The module's closed list of refusals. Codes never change their meaning; a test provokes each. */
import type { Facts, Refusal, RefusalCode } from '@tabularium/kernel';
import type { RuleId } from './rules.ts';

export const refusals = {
  'same-person': { kind: 'authority', text: 'One of those who decide took in what is decided; another person must.' },
  'outside-signer': { kind: 'authority', text: 'Nobody of a court or review body signs.' },
  'not-own-act': { kind: 'authority', text: 'Only one who entered the request can take it back.' },
  'not-a-holder': { kind: 'authority', text: 'The agency is none of those that were told to destroy.' },
  'case-erased': { kind: 'conflict', text: 'The case is erased; nothing more happens to it.' },
  'case-held': { kind: 'conflict', text: 'A legal hold stands on the case; nothing of it is erased.' },
  'already-standing': { kind: 'conflict', text: 'Such a thing already stands for this case.' },
  'not-open': {
    kind: 'conflict',
    text: 'The record is not in the state this step starts from: it was ended, decided or taken back before, or never stood.',
  },
  'already-attested': { kind: 'conflict', text: 'The agency has already attested this erasure.' },
  'already-extended': { kind: 'conflict', text: 'The time was extended before; it is extended once.' },
  'term-over': { kind: 'conflict', text: 'The time within which this could be done is over.' },
  'log-shrunk': { kind: 'conflict', text: 'The agency’s access log was longer before: rows are missing.' },
  'log-changed': { kind: 'conflict', text: 'The agency’s access log had another root at this size: rows were changed.' },
  'too-many': { kind: 'conflict', text: 'As many of these stand as can at a time.' },
  'unknown-record': { kind: 'rule', text: 'There is no such record.' },
  'unknown-agency': { kind: 'rule', text: 'The charter knows no such agency.' },
  'unknown-purpose': { kind: 'rule', text: 'The charter names no such purpose.' },
  'basis-mismatch': { kind: 'rule', text: 'The charter names another legal basis for this purpose.' },
  'scope-unclear': { kind: 'rule', text: 'A grant is for a case or for a register: one of them and not both.' },
  'decision-unclear': {
    kind: 'rule',
    text: 'What is granted names those who must destroy; what is refused names its ground; neither names the other.',
  },
  'day-impossible': { kind: 'rule', text: 'The day does not exist in the calendar.' },
  'day-past': { kind: 'rule', text: 'The day has already passed.' },
  'term-too-long': { kind: 'rule', text: 'The day lies further off than the charter allows.' },
} as const satisfies Record<string, RefusalCode>;

export type Code = keyof typeof refusals;

/** A refusal of this module: `code` without the module's name. */
export function no(code: Code, rule: RuleId, facts?: Facts): { readonly refused: Refusal } {
  const full = `privacy.${code}`;
  return { refused: facts === undefined ? { code: full, rule } : { code: full, rule, facts } };
}
