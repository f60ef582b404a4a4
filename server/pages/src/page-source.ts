/** What the pages read; the API hands it in, and a test can too. */
import type { Head, Placed, StoredBlock } from '@tabularium/engine-port';
import type { ModuleDefinition, StoredEvent } from '@tabularium/kernel';
import type { Projections } from '@tabularium/projections';
import type { Crypto } from '@tabularium/protocol';
import type { Texts } from '@tabularium/texts';

/** The ledger as pages see it: reading only. */
export interface PageLedger {
  readonly origin: string;
  /** Canonical JSON of leaf 0. */
  readonly charter: string;
  head(): Head;
  checkpoint(): string;
  policy(): string;
  placed(name: string): Placed | undefined;
  blockOf(index: number): StoredBlock | undefined;
  leaves(from: number, to: number): readonly Uint8Array[];
  events(height: number): readonly StoredEvent[];
  record(key: string): string | undefined;
  /** What became of the ledger before this one; undefined where this one succeeds no other. */
  losses(): Losses | undefined;
}

/** What of the predecessor was carried over, taken again and stayed lost, as of the newest state (ADR 0003). */
export interface Losses {
  /** Leaves of the predecessor that are carried over. */
  readonly carried: number;
  /** Leaves that its last witnessed checkpoint covers. */
  readonly witnessed: number;
  readonly readmitted: number;
  /** Those taken again: leaf index in the predecessor's log, and name of the transaction that took it. Ascending. */
  readonly taken: readonly { readonly index: number; readonly by: string }[];
  /** Leaf indexes, first and last, that are neither carried nor taken again. Some of them are seals, which nobody needs again. */
  readonly lost: readonly (readonly [first: number, last: number])[];
}

export interface PageSource {
  readonly ledger: PageLedger;
  readonly catalogue: readonly ModuleDefinition[];
  readonly projections: Projections;
  readonly texts: Pick<Texts, 'get'>;
  readonly crypto: Crypto;
}
