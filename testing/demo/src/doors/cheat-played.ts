/** What is told of a trick that was played: to whom it was plain, and where. */
import type { Trick } from '../cheats.ts';

export interface Noticed {
  readonly notices: boolean;
  /** Why, as who-notices.ts has it. */
  readonly code: string;
  /** Leaf index of the first difference, where it is at one. */
  readonly index?: number;
}

export interface CheatPlayed {
  readonly way: Trick['code'];
  /** Of the payment that was tampered with, in minor units as decimal text, and what was written in its place. */
  readonly amount: string;
  readonly instead: string;
  /** Where it was ordered, approved and released. */
  readonly entries: readonly number[];
  /** `tabularium audit` over the copy. */
  readonly auditor: Noticed;
  /** Somebody who kept a receipt. */
  readonly holder: Noticed;
  /** Another machine, which has signed what it was shown before. */
  readonly witness: Noticed;
}
