/**
 * Where a projection gets its events from (DESIGN §5: "events (derived, unhashed, so that projections rebuild
 * without deciding again)").
 *
 * The projection runs in a worker thread, and functions cannot be sent to one. So whoever opens it names a
 * module that exports `openFeed`; the thread imports it there and gets the catalogue and the events. The node's
 * own feed is `@tabularium/projections/ledger-feed`.
 */
import type { ModuleDefinition, StoredEvent } from '@tabularium/kernel';

/** One block's events, as `Storage.events` of the engine port gives them. */
export interface BlockEvents {
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
  /** Log index of the block's first leaf. */
  readonly first: number;
  readonly events: readonly StoredEvent[];
}

/** The narrow view of a ledger that a projection needs; `Storage` satisfies it. */
export interface EventSource {
  /** Number of seals now durable. */
  head(): { readonly height: number };
  /** Blocks from..to (inclusive), each once and in order; blocks without events included. */
  events(from: number, to: number): Iterable<BlockEvents>;
  /** For search: the block in which an entry stands, a record as it is now, and, where the ledger grows no more, the entry of a name. */
  blockOf?(index: number): { readonly height: number } | undefined;
  get?(key: string): string | undefined;
  findName?(name: string): number | undefined;
  /** Drops what it holds in memory: nothing is asked for at present. */
  letGo?(): void;
  close(): void;
}

export interface Feed {
  readonly catalogue: readonly ModuleDefinition[];
  readonly source: EventSource;
  /** Ledgers whose state this one carries on, oldest first: the modules' rows begin with their events. */
  readonly history?: readonly EventSource[];
}

/** What a feed module exports. `argument` survived a structured clone. */
export type OpenFeed = (argument: unknown) => Feed | Promise<Feed>;
