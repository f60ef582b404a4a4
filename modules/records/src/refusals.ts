/** The records' closed list of refusals. Codes never change their meaning; a test provokes each. */
import type { Facts, Refusal, RefusalCode } from '@tabularium/kernel';
import type { RuleId } from './rules.ts';

export const refusals = {
  'same-person': { kind: 'authority', text: 'One of those who sign has already acted where another person must act.' },
  'not-own-act': { kind: 'authority', text: 'Only one who made the pending act can withdraw it.' },
  'agency-differs': { kind: 'authority', text: 'The record belongs to another agency.' },
  'not-the-archive': { kind: 'authority', text: 'Only the archive that it was sent to confirms a transfer.' },
  'case-known': { kind: 'conflict', text: 'This handle is in use already.' },
  'not-pending': { kind: 'conflict', text: 'The record is not in the state that this step starts from.' },
  'record-suspended': { kind: 'conflict', text: 'The record is suspended.' },
  'record-annulled': { kind: 'conflict', text: 'The record was annulled or withdrawn.' },
  'record-archived': { kind: 'conflict', text: 'The record is archived; it must be reinstated first.' },
  'record-erased': { kind: 'conflict', text: 'What this case held has been erased.' },
  'record-restricted': { kind: 'conflict', text: 'The use of this case is restricted.' },
  'record-held': { kind: 'conflict', text: 'The case is held for a proceeding.' },
  'duplicate-open': { kind: 'conflict', text: 'It is open whether the record says what another says already.' },
  'duplicate-decided': { kind: 'conflict', text: 'It was decided that these two are different.' },
  'correction-open': { kind: 'conflict', text: 'A correction of this record waits to be decided.' },
  'in-transfer': { kind: 'conflict', text: 'It is part of a transfer to the archive already.' },
  'package-differs': { kind: 'conflict', text: 'The package is not the one that was prepared.' },
  'once-only': { kind: 'conflict', text: 'This happens once for each request, and has happened.' },
  'time-over': { kind: 'conflict', text: 'The time for an answer is over.' },
  'unknown-record': { kind: 'rule', text: 'There is no such record.' },
  'type-differs': { kind: 'rule', text: 'The record is of another type.' },
  'same-record': { kind: 'rule', text: 'A record is not compared with itself.' },
  'too-many': { kind: 'rule', text: 'The record holds no more of these.' },
  'unknown-retention': { kind: 'rule', text: 'The charter knows no such class of retention.' },
  'not-due': { kind: 'rule', text: 'The time for which it must be kept is not over.' },
  'not-transferred': { kind: 'rule', text: 'The archive has not confirmed yet that it has it.' },
  'no-archive': { kind: 'rule', text: 'The charter names no archive.' },
  'nothing-named': { kind: 'rule', text: 'Neither a document nor a record is named.' },
  'day-impossible': { kind: 'rule', text: 'The day does not exist in the calendar.' },
  'day-in-future': { kind: 'rule', text: 'The day has not come yet.' },
  backdated: { kind: 'rule', text: 'The day lies too far back.' },
  'ground-unfit': { kind: 'rule', text: 'A ground is named where information is kept back, and only there.' },
  'change-invalid': { kind: 'rule', text: 'The change names something that cannot be changed in this record, or leaves nothing changed.' },
} as const satisfies Record<string, RefusalCode>;

export type Code = keyof typeof refusals;

/** A refusal of this module: `code` without the module's name. */
export function no(code: Code, rule: RuleId, facts?: Facts): { readonly refused: Refusal } {
  const full = `records.${code}`;
  return { refused: facts === undefined ? { code: full, rule } : { code: full, rule, facts } };
}
