/**
 * The public text store: what officials typed and marked `published()`, kept beside the log and found by digest
 * (DESIGN §4, "Nothing a human typed is in a leaf"; docs/spec/disclosure.md; RFC 9901 §4.2.3).
 *
 * It cannot be rebuilt from the ledger, which holds salted digests only, so it is durable: texts are on disk as
 * *pending* before their transaction goes to the engine, and the entry makes them live. If we crash in between,
 * the ledger says at the next start which pending ones have an entry. A withdrawn text is overwritten; its digest
 * stays answerable with "withdrawn on … under …".
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { PendingQueue } from '@tabularium/store/pending';
import { TextList } from './text-list.ts';

/** A text taken back by two officers; `ground` and `case` are codes of the ledger. */
export interface Withdrawal {
  readonly digest: string;
  /** Block time of the withdrawal, ms UTC. */
  readonly time: number;
  readonly ground: string;
  readonly case: string;
}

export type FoundText =
  /** `disclosure` as submitted: its SHA-256 is the digest. */
  { readonly kind: 'text'; readonly disclosure: string } | ({ readonly kind: 'withdrawn' } & Withdrawal);

/** A text of an entry that another node holds. */
export interface SpreadText {
  /** Name of the transaction. */
  readonly tx: string;
  readonly disclosure: string;
}

export interface Texts {
  /**
   * Resolves when the disclosures are durable as pending. Calls of one turn share one fsync. Must be followed by
   * exactly one of `activate`, `drop` or `release` for this transaction.
   */
  putPending(tx: string, exp: number, disclosures: readonly string[]): Promise<void>;
  /** The transaction has its entry: its texts are live. */
  activate(tx: string): void;
  /** The transaction was refused: its texts are shredded, unless the same transaction is still under way elsewhere or live. */
  drop(tx: string): void;
  /** Nobody knows what became of the transaction: its texts stay pending until the ledger or `exp` decides. */
  release(tx: string): void;
  /**
   * Keeps texts of entries that another node gave; again, if they are here. What was withdrawn is not kept. Need not be durable: what a
   * power loss takes is listed by that node still, and the place in its list goes with it.
   */
  putLive(texts: readonly SpreadText[]): void;
  /** What other nodes are told, and the index of words follows; made at the first call. */
  list(): TextList;
  /** Overwrites the text, live or pending, now and whenever it comes again. */
  withdraw(withdrawal: Withdrawal): void;
  get(digest: string): FoundText | undefined;
  /** Asks the ledger about pending texts and shreds those whose time has passed; a node calls it each minute. */
  sweep(nowSeconds: number): void;
  /** For metrics. */
  counts(): { readonly live: number; readonly pending: number; readonly withdrawn: number };
  close(): Promise<void>;
}

export interface TextsOptions {
  /** Does the ledger hold an entry of this name? */
  readonly isAccepted: (tx: string) => boolean;
  /** What the ledger says has been withdrawn so far. */
  readonly withdrawals: Iterable<Withdrawal>;
  readonly nowSeconds: number;
}

/** A pending text is kept this long after its transaction's `exp`: clocks differ. */
const GRACE_SECONDS = 300;
const RETRY_MS = 1_000;
const SQLITE_FULL = 13;

/** Opens `texts.db` in the data directory and settles with the ledger what a crash left open. */
export function openTexts(dir: string, options: TextsOptions): Texts {
  return new SqliteTexts(join(dir, 'texts.db'), options);
}

/** Too many submissions wait for the disk. */
export class TextsBusy extends Error {
  override readonly name = 'TextsBusy';
}

interface PendingTexts {
  readonly tx: string;
  readonly exp: number;
  readonly disclosures: readonly string[];
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS text (
  digest TEXT NOT NULL, tx TEXT NOT NULL, disclosure TEXT NOT NULL, live INTEGER NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (digest, tx)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pending ON text (tx) WHERE live = 0;
CREATE TABLE IF NOT EXISTS withdrawal (
  digest TEXT PRIMARY KEY, time INTEGER NOT NULL, ground TEXT NOT NULL, "case" TEXT NOT NULL
) STRICT, WITHOUT ROWID`;

class SqliteTexts implements Texts {
  readonly #file: DatabaseSync;
  readonly #isAccepted: (tx: string) => boolean;
  readonly #put: StatementSync;
  readonly #putLive: StatementSync;
  readonly #activate: StatementSync;
  readonly #blank: StatementSync;
  readonly #drop: StatementSync;
  readonly #withdraw: StatementSync;
  readonly #get: StatementSync;
  readonly #getWithdrawal: StatementSync;
  readonly #pending = new PendingQueue<PendingTexts>({
    write: async (batch) => this.#putAll(batch),
    busy: (reason) => new TextsBusy(`the text store takes nothing: ${reason}`),
  });
  #list: TextList | undefined;
  #shredded = false;
  #closed = false;

  constructor(path: string, options: TextsOptions) {
    this.#isAccepted = options.isAccepted;
    this.#file = new DatabaseSync(path);
    // secure_delete overwrites what is removed; the write-ahead file is emptied after each removal (`#shred`).
    this.#file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000');
    this.#file.exec(SCHEMA);
    this.#put = this.#file.prepare('INSERT INTO text (digest, tx, disclosure, live, until) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING');
    this.#putLive = this.#file.prepare(
      'INSERT INTO text (digest, tx, disclosure, live, until) VALUES (?, ?, ?, 1, 0) ON CONFLICT DO UPDATE SET live = 1',
    );
    this.#activate = this.#file.prepare('UPDATE text SET live = 1 WHERE tx = ? AND live = 0');
    this.#blank = this.#file.prepare("UPDATE text SET disclosure = '' WHERE digest = ? AND disclosure <> ''");
    this.#drop = this.#file.prepare('DELETE FROM text WHERE tx = ? AND live = 0');
    this.#withdraw = this.#file.prepare(
      'INSERT INTO withdrawal (digest, time, ground, "case") VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET time = excluded.time, ground = excluded.ground, "case" = excluded."case"',
    );
    this.#get = this.#file.prepare("SELECT disclosure FROM text WHERE digest = ? AND live = 1 AND disclosure <> '' LIMIT 1");
    this.#getWithdrawal = this.#file.prepare('SELECT digest, time, ground, "case" FROM withdrawal WHERE digest = ?');
    for (const withdrawal of options.withdrawals) this.withdraw(withdrawal);
    this.sweep(options.nowSeconds);
    this.#emptyLog();
  }

  putPending(tx: string, exp: number, disclosures: readonly string[]): Promise<void> {
    return this.#pending.put({ tx, exp, disclosures });
  }

  activate(tx: string): void {
    this.#pending.leave(tx);
    this.#makeLive(tx);
  }

  drop(tx: string): void {
    if (this.#pending.leave(tx) > 0) return;
    if (this.#drop.run(tx).changes !== 0) this.#shred();
  }

  release(tx: string): void {
    this.#pending.leave(tx);
  }

  putLive(texts: readonly SpreadText[]): void {
    this.#hastily(() => {
      this.#file.exec('BEGIN IMMEDIATE');
      try {
        for (const { tx, disclosure } of texts) {
          const digest = digestOf(disclosure);
          if (this.#getWithdrawal.get(digest) === undefined) this.#putLive.run(digest, tx, disclosure);
        }
        this.#file.exec('COMMIT');
      } catch (error) {
        if (this.#file.isTransaction) this.#file.exec('ROLLBACK');
        throw error;
      }
    });
  }

  list(): TextList {
    this.#list ??= new TextList(this.#file, (work) => this.#hastily(work));
    return this.#list;
  }

  withdraw(withdrawal: Withdrawal): void {
    const known = this.#getWithdrawal.get(withdrawal.digest);
    if (known === undefined || known.time !== withdrawal.time) {
      this.#withdraw.run(withdrawal.digest, withdrawal.time, withdrawal.ground, withdrawal.case);
    }
    if (this.#blank.run(withdrawal.digest).changes !== 0) this.#shred();
  }

  get(digest: string): FoundText | undefined {
    const withdrawn = this.#getWithdrawal.get(digest);
    if (withdrawn !== undefined) {
      return {
        kind: 'withdrawn',
        digest,
        time: Number(withdrawn.time),
        ground: String(withdrawn.ground),
        case: String(withdrawn.case),
      };
    }
    const text = this.#get.get(digest);
    return text === undefined ? undefined : { kind: 'text', disclosure: String(text.disclosure) };
  }

  sweep(nowSeconds: number): void {
    const pending = this.#file.prepare('SELECT tx, max(until) AS until FROM text WHERE live = 0 GROUP BY tx').all();
    for (const row of pending) {
      const tx = String(row.tx);
      if (this.#isAccepted(tx)) this.#makeLive(tx);
      else if (Number(row.until) + GRACE_SECONDS < nowSeconds && !this.#pending.has(tx) && this.#drop.run(tx).changes !== 0) this.#shred();
    }
  }

  counts(): { readonly live: number; readonly pending: number; readonly withdrawn: number } {
    const row = this.#file
      .prepare(
        "SELECT (SELECT count(*) FROM text WHERE live = 1 AND disclosure <> '') AS live, (SELECT count(*) FROM text WHERE live = 0) AS pending, (SELECT count(*) FROM withdrawal) AS withdrawn",
      )
      .get();
    return { live: Number(row?.live), pending: Number(row?.pending), withdrawn: Number(row?.withdrawn) };
  }

  async close(): Promise<void> {
    await this.#pending.close();
    if (this.#closed) return;
    this.#closed = true;
    this.#emptyLog();
    this.#file.close();
  }

  #makeLive(tx: string): void {
    // If this is lost, the next start finds the entry and does it again.
    this.#hastily(() => this.#activate.run(tx));
  }

  /** Work that is not worth an fsync of its own. */
  #hastily(work: () => void): void {
    this.#file.exec('PRAGMA synchronous = NORMAL');
    try {
      work();
    } finally {
      this.#file.exec('PRAGMA synchronous = FULL');
    }
  }

  #putAll(batch: readonly PendingTexts[]): undefined {
    try {
      this.#file.exec('BEGIN IMMEDIATE');
      for (const { tx, exp, disclosures } of batch) {
        for (const disclosure of disclosures) {
          const digest = digestOf(disclosure);
          const kept = this.#getWithdrawal.get(digest) === undefined ? disclosure : '';
          this.#put.run(digest, tx, kept, exp);
        }
      }
      this.#file.exec('COMMIT');
    } catch (error) {
      if (this.#file.isTransaction) this.#file.exec('ROLLBACK');
      throw error;
    }
    return undefined;
  }

  /** Removed texts must not outlive their removal in the write-ahead file; once a turn is enough. */
  #shred(): void {
    if (this.#shredded) return;
    this.#shredded = true;
    setImmediate(() => {
      this.#shredded = false;
      if (!this.#closed) this.#emptyLog();
    });
  }

  #emptyLog(): void {
    let emptied = false;
    try {
      emptied = this.#file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
    } catch (error) {
      // No room for what the log holds. It stays there, whole, and the next opening tries first of all.
      if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL)) throw error;
    }
    // A reader (a backup) holds the file back, or the disk is full: try again when that is likely to be over.
    if (!emptied && !this.#closed) setTimeout(() => this.#shred(), RETRY_MS).unref();
  }
}

function digestOf(disclosure: string): string {
  return createHash('sha256').update(disclosure, 'ascii').digest('base64url');
}
