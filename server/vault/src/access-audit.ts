/**
 * Whether an agency's access log still is what was anchored on the ledger: every row is hashed again, and at each anchored size the root must
 * come out. Where it does not, the tiles that were kept with the rows tell which row it is; where they were changed too, only between which
 * two anchors it lies.
 */
import { LogTree, TILE_WIDTH } from '@tabularium/log';
import { type Crypto, equalBytes } from '@tabularium/protocol';
import { type AccessTables, rowOf, type SaltedRow } from './access-tables.ts';
import { leafHashOf } from './access-tree.ts';
import type { VaultDatabase } from './database.ts';

/** As the ledger has it. */
export interface AccessAnchor {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Numbers of rows are `seq`. */
export type AccessFault =
  /** The row is not there. */
  | { readonly kind: 'row-missing'; readonly seq: number }
  /** The row is not the one that was hashed when it came. */
  | { readonly kind: 'row-changed'; readonly seq: number }
  /** The rows from `from` to before `size` are not those that were anchored. */
  | { readonly kind: 'root-differs'; readonly from: number; readonly size: number }
  /** The log ends at `rows`, before an anchored size. */
  | { readonly kind: 'rows-fewer'; readonly rows: number; readonly size: number };

export interface AccessAudit {
  readonly rows: number;
  /** Rows that an anchor covers and none contradicts. */
  readonly anchored: number;
  readonly faults: readonly AccessFault[];
}

const AT_ONCE = 2_000;
/** Faults told one by one. */
const FAULTS_MAX = 1_000;
const HASH_LENGTH = 32;

/** Reads the whole log once; anchors in any order. */
export async function checkAccessLog(
  database: VaultDatabase<AccessTables>,
  agency: string,
  anchors: readonly AccessAnchor[],
  sha256: Crypto['sha256'],
): Promise<AccessAudit> {
  const found = new Found(anchors, sha256);
  for (let next = 0; ; ) {
    const rows = await database.db
      .selectFrom('access')
      .selectAll()
      .where('agency', '=', agency)
      .where('seq', '>=', next)
      .orderBy('seq')
      .limit(AT_ONCE)
      .execute();
    const end = rows.at(-1)?.seq;
    if (end === undefined) return found.end(next);
    const kept = await keptHashes(database, agency, next, end + 1);
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    for (let seq = next; seq <= end; seq++) {
      const row = bySeq.get(seq);
      found.take(seq, row === undefined ? undefined : rowOf(row), kept(seq));
    }
    next = end + 1;
  }
}

class Found {
  readonly #sha256: Crypto['sha256'];
  readonly #anchors: readonly AccessAnchor[];
  readonly #faults: AccessFault[] = [];
  /** Of the rows as they are, and as they were hashed when they came. */
  readonly #now: LogTree;
  readonly #then: LogTree;
  #at = 0;
  #anchored = 0;

  constructor(anchors: readonly AccessAnchor[], sha256: Crypto['sha256']) {
    this.#sha256 = sha256;
    this.#anchors = anchors.toSorted((a, b) => a.size - b.size);
    this.#now = LogTree.empty(sha256);
    this.#then = LogTree.empty(sha256);
    this.#meet();
  }

  take(seq: number, row: SaltedRow | undefined, kept: Uint8Array | undefined): void {
    const hash = row === undefined ? undefined : leafHashOf(row, this.#sha256);
    if (hash === undefined) this.#fault({ kind: 'row-missing', seq });
    else if (kept !== undefined && !equalBytes(hash, kept)) this.#fault({ kind: 'row-changed', seq });
    this.#now.append(hash ?? new Uint8Array(HASH_LENGTH));
    this.#then.append(kept ?? hash ?? new Uint8Array(HASH_LENGTH));
    this.#now.takeFullTiles();
    this.#then.takeFullTiles();
    this.#meet();
  }

  end(rows: number): AccessAudit {
    for (const { size } of this.#anchors.slice(this.#at)) this.#fault({ kind: 'rows-fewer', rows, size });
    return { rows, anchored: this.#anchored, faults: this.#faults };
  }

  /** Holds the trees against the anchors of this size. What is missing or changed has been named where the kept hashes lead to the root. */
  #meet(): void {
    const { size } = this.#now;
    for (; this.#anchors[this.#at]?.size === size; this.#at++) {
      const { root } = this.#anchors[this.#at]!;
      if (equalBytes(this.#now.root(), root)) this.#anchored = size;
      else if (!equalBytes(this.#then.root(), root)) this.#fault({ kind: 'root-differs', from: this.#anchored, size });
    }
  }

  #fault(fault: AccessFault): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(fault);
  }
}

/** Leaf hashes as they stand in the full tiles of level 0. */
async function keptHashes(
  { db }: VaultDatabase<AccessTables>,
  agency: string,
  from: number,
  to: number,
): Promise<(seq: number) => Uint8Array | undefined> {
  const tiles = await db
    .selectFrom('access_tile')
    .select(['at', 'hashes'])
    .where('agency', '=', agency)
    .where('level', '=', 0)
    .where('at', '>=', Math.floor(from / TILE_WIDTH))
    .where('at', '<=', Math.floor(to / TILE_WIDTH))
    .execute();
  const byAt = new Map(tiles.map(({ at, hashes }) => [at, hashes]));
  return (seq) => {
    const start = (seq % TILE_WIDTH) * HASH_LENGTH;
    const hash = byAt.get(Math.floor(seq / TILE_WIDTH))?.subarray(start, start + HASH_LENGTH);
    return hash?.length === HASH_LENGTH ? hash : undefined;
  };
}
