/** What neighbours may ask and order: how a case stands, before it is changed or certified; and when it is due for erasure. */
import type { Offer, Question } from '@tabularium/kernel';
import { HANDLE_PATTERN } from './codes.ts';
import { caseIn } from './state.ts';

/** The answer to `standing`. */
export interface CaseStanding {
  readonly restricted: boolean;
  readonly objected: boolean;
  readonly held: boolean;
  readonly erased: boolean;
}

const IS_HANDLE = new RegExp(HANDLE_PATTERN);

/** `{case}` → `CaseStanding`; of a case that nobody has spoken of, nothing of that. */
const standing: Question = (args, view) => {
  const handle = args.case;
  if (typeof handle !== 'string' || !IS_HANDLE.test(handle)) throw new RangeError('standing is asked of the handle of a case');
  const { restricted, objection, holds, erased } = caseIn(view, handle);
  const answer: CaseStanding = { restricted: restricted !== undefined, objected: objection !== undefined, held: holds.length > 0, erased };
  return { ...answer };
};

/** Bound as `<module>.<port>` → `privacy.cases` in the catalogue. */
export const offers: Readonly<Record<string, Offer>> = {
  cases: { questions: { standing }, orders: { 'retention.set': 'retention.set' } },
};
