/** What the routes share; `buildApi` makes it once. */
import type { CertificateMaker } from '@tabularium/certificates';
import type { ModuleDefinition } from '@tabularium/kernel';
import type { PortalFiles, Telling } from '@tabularium/pages';
import type { Projections } from '@tabularium/projections';
import type { Crypto } from '@tabularium/protocol';
import type { Texts } from '@tabularium/texts';
import type { LedgerDoor } from './ledger-door.ts';
import type { NodeFigures } from './node-watch.ts';
import type { OutcomeAnswers } from './outcome-answer.ts';
import type { OutcomeCounters } from './outcome-counters.ts';
import type { Reads } from './reads.ts';
import type { RefusalKeeper } from './refusal-keeper.ts';
import type { RuleBook } from './rule-book.ts';
import type { SharedAnswers } from './shared-answers.ts';
import type { Submitter } from './submitter.ts';

export interface ApiParts {
  readonly door: LedgerDoor;
  readonly catalogue: readonly ModuleDefinition[];
  readonly projections: Projections;
  readonly texts: Texts;
  readonly crypto: Crypto;
  readonly rules: RuleBook;
  readonly refusals: RefusalKeeper;
  readonly answers: OutcomeAnswers;
  readonly submitter: Submitter;
  readonly reads: Reads;
  readonly shared: SharedAnswers;
  readonly counters: OutcomeCounters;
  readonly certificates: CertificateMaker;
  /** What pages and screens say. */
  readonly telling: Telling;
  /** As it was built; absent where it was not. */
  readonly portal?: PortalFiles | undefined;
  /** Screens lead visitors through, as people who are invented. */
  readonly isDemo: boolean;
  readonly publicUrl?: URL | undefined;
  /** How the node is besides its ledger. */
  readonly watch: () => NodeFigures;
  /** Names of transactions answered 202 and not decided yet. */
  readonly pending: Set<string>;
}
