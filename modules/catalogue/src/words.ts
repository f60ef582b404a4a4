/**
 * What modules declare, in other languages than English. The declarations themselves stay in one language: nothing that consensus rests on
 * hangs on a translation. A sentence is found by its English text, so that whoever changes it is told that it has to be said anew.
 */
import kernelEs from '@tabularium/kernel/words/es.json' with { type: 'json' };
import privacyEs from '@tabularium/privacy/words/es.json' with { type: 'json' };
import recordsEs from '@tabularium/records/words/es.json' with { type: 'json' };
import treasuryEs from '@tabularium/treasury/words/es.json' with { type: 'json' };

export interface DeclaredWords {
  /** Titles, labels and sentences, by what they are in English. */
  readonly texts: Readonly<Record<string, string>>;
  /** Codes, roles and names of members that are shown as words. */
  readonly codes: Readonly<Record<string, string>>;
}

/** Language → module → its words. */
export const moduleWords: Readonly<Record<string, Readonly<Record<string, DeclaredWords>>>> = {
  es: { kernel: kernelEs, treasury: treasuryEs, privacy: privacyEs, records: recordsEs },
};
