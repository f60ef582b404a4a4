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
}

export interface PageSource {
  readonly ledger: PageLedger;
  readonly catalogue: readonly ModuleDefinition[];
  readonly projections: Projections;
  readonly texts: Pick<Texts, 'get'>;
  readonly crypto: Crypto;
}
