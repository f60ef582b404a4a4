/**
 * Where an audit, or whoever executes a ledger again, gets it from: a data directory, a node's public log over HTTP. Nothing that a source
 * says is believed.
 */
import type { StoredEvent } from '@tabularium/kernel';
import type { JsonRow } from '@tabularium/projections';

/** A ledger's log. */
export interface LogSource {
  /** What people call it: a path or an address. */
  readonly name: string;
  /** The newest signed checkpoint; the log is read as far as this. */
  checkpoint(): Promise<string | undefined>;
  /** Leaves from..to (exclusive), as many as there are; `to` is a checkpoint's size or a multiple of 256. */
  leaves(from: number, to: number): Promise<readonly Uint8Array[]>;
  /** The first `width` hashes of a hash tile; undefined where the source does not keep it. */
  tile(level: number, index: number, width: number): Promise<Uint8Array | undefined>;
  /** The ledger before this one, as far as the source keeps it. */
  predecessor(): LogSource | undefined;
  close(): void;
}

/** The log, and what is kept beside it. */
export interface AuditSource extends LogSource {
  /** Whether it keeps tiles that are not full. */
  readonly partialTiles: boolean;
  /** What else the source keeps, each compared with what the log leads to. */
  readonly policy?: () => Promise<string>;
  readonly charter?: () => Promise<Uint8Array | undefined>;
  /** How many leaves there are, where the newest block may be too new to be signed. */
  readonly size?: () => Promise<number>;
  /** The newest checkpoint that as many nodes have cosigned as count, where that is not the newest of all. */
  readonly agreed?: () => Promise<string | undefined>;
  /** A checkpoint that somebody outside has cosigned. */
  readonly witnessed?: () => Promise<string | undefined>;
  readonly block?: (height: number) => StoredRow | undefined;
  /** Every record in key order, page by page. */
  readonly records?: () => Iterable<readonly [key: string, value: string]>;
  /** False where records that are found by their order are not in it, such as a deadline that would never fire. */
  isOrderWhole?(): boolean;
  readonly texts?: () => Iterable<StoredText>;
  /** A page of a module's list, `height` of the ledger or later; throws `NodeFault` where it cannot be read. */
  readonly list?: (
    module: string,
    name: string,
    page: { readonly cursor: string | undefined; readonly height: number },
  ) => Promise<{ readonly height: number; readonly rows: readonly JsonRow[] }>;
  /** What is shown under a digest of the log; undefined where nothing is. */
  text(digest: string): Promise<ShownText | undefined>;
  /** Whether a text was withdrawn after the checkpoint that is audited. `policy`: the tlog-policy text whose keys are believed. */
  withdrawnSince(digest: string, policy: string): Promise<boolean>;
  predecessor(): AuditSource | undefined;
}

export type ShownText = { readonly kind: 'text'; readonly disclosure: string } | { readonly kind: 'withdrawn' };

export interface StoredRow {
  readonly time: number;
  readonly first: number;
  readonly count: number;
  readonly events: readonly StoredEvent[];
}

export interface StoredText {
  readonly digest: string;
  /** Empty when it was withdrawn. */
  readonly disclosure: string;
}
