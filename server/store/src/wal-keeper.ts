/**
 * Copies the write-ahead log back into `ledger.db` beside the thread that commits: that takes some 20 ms for a few thousand pages, in
 * which nobody would be answered.
 *
 * SQLite lets one connection copy while another appends, but the log begins anew only when all of it has been copied, which under load it
 * never is when a copy ends. So the thread copies nearly all, and the writer the few pages that have come since.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/** Pages in the log before they are copied: rarer copies write a page that many blocks touch once. */
const COPY_PAGES = 4_000;
/** Where the thread is late, dead or not yet started, the commit that reaches this copies by itself. */
const COPY_AT_COMMIT_PAGES = 16_000;
/** Pages of a block, and of a leaf in it, that are usual: SQLite does not tell. */
const PAGES_A_BLOCK = 12;
const PAGES_A_LEAF = 1.2;

export class WalKeeper {
  readonly #path: string;
  readonly #copyPages: number;
  readonly #copyRest: StatementSync;
  readonly #copyAll: StatementSync;
  /** Since the last copy began. */
  #pages = 0;
  #copying = false;
  #copied = false;
  #worker: Worker | undefined;

  /** `db`: the connection that writes to the ledger at `path`; `copyPages`: in the log before they are copied. */
  constructor(db: DatabaseSync, path: string, copyPages: number = COPY_PAGES) {
    this.#path = path;
    this.#copyPages = copyPages;
    this.#copyRest = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#copyAll = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
    db.exec(`PRAGMA wal_autocheckpoint = ${COPY_AT_COMMIT_PAGES}; PRAGMA journal_size_limit = ${COPY_PAGES * 4096 * 2}`);
  }

  /** A block of so many leaves is durable, and the writer reads nothing at this moment. Never throws: the block stands whatever becomes of copies. */
  committed(leaves: number): void {
    this.#pages += PAGES_A_BLOCK + leaves * PAGES_A_LEAF;
    if (this.#copied) {
      this.#copied = false;
      try {
        this.#copyRest.get();
      } catch (error) {
        process.emitWarning(error as Error);
      }
    } else if (this.#pages > this.#copyPages && !this.#copying) {
      this.#pages = 0;
      this.#copying = true;
      this.#worker ??= this.#start();
      this.#worker.postMessage('copy');
    }
  }

  /** Ends the thread until there is something to copy again. */
  rest(): void {
    if (!this.#copying) this.#end();
  }

  /** Copies all there is, waiting for the thread where it is at it, and leaves an empty log. Throws what SQLite throws. */
  close(): void {
    this.#end();
    this.#copyAll.get();
  }

  #end(): void {
    this.#worker?.removeAllListeners();
    this.#worker?.on('error', () => undefined);
    this.#worker?.postMessage('end');
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./wal-worker.ts', import.meta.url), { workerData: this.#path });
    worker.unref();
    worker.on('message', () => {
      this.#copying = false;
      this.#copied = true;
    });
    // A full disk, say: the next copy is tried by a thread of its own, and some commit copies by itself before the log grows too long.
    worker.on('error', (error) => process.emitWarning(error));
    worker.on('exit', () => {
      this.#copying = false;
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}
