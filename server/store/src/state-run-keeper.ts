/**
 * When to write a new `state-tree.base`, and when the delta rows that it covers may go.
 *
 * When so many leaves have changed that reading them one by one would slow the next opening, whoever holds the tree is asked for a copy of
 * its leaves, which a thread sorts and writes; rows go a few with each block afterwards. Killed at any moment, the next opening finds the old file with all its rows or the new one with too many.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { scalar } from './ledger-schema.ts';
import type { StateRun } from './state-run.ts';

/** Changed leaves since the last file that are always borne. */
const CHANGES_MIN = 100_000;
/** Delta rows deleted with one block at most. */
const PRUNED_AT_ONCE = 64;

export interface RunKeeperOptions {
  readonly runPath: string;
  /** Changed leaves that start a new file; absent: 100,000, or a sixth of the leaves when that is more. */
  readonly changesMin?: number | undefined;
}

export class StateRunKeeper {
  readonly #options: RunKeeperOptions;
  readonly #prune: StatementSync;
  readonly #markPruned: StatementSync;
  #changes = 0;
  #leaves = 0;
  /** Rows up to this height are covered by the file. */
  #covered: number;
  #prunedTo: number;
  #worker: Worker | undefined;

  constructor(db: DatabaseSync, options: RunKeeperOptions) {
    this.#options = options;
    this.#prune = db.prepare('DELETE FROM state_delta WHERE height > ? AND height <= ?');
    this.#markPruned = db.prepare("INSERT INTO meta VALUES ('pruned', ?) ON CONFLICT DO UPDATE SET value = excluded.value");
    this.#prunedTo = Number(scalar(db, "SELECT value FROM meta WHERE name = 'pruned'") ?? 0);
    this.#covered = this.#prunedTo;
  }

  /** What was found at open: the file, and how many leaves have changed since. */
  opened(file: { readonly height: number; readonly count: number }, changes: number): void {
    this.#covered = Math.max(this.#covered, file.height);
    this.#leaves = file.count;
    this.#changes = changes;
  }

  /** Within a block's transaction: delete some rows that the file covers. Returns up to which height, for `settle`. */
  prune(): number {
    const to = Math.min(this.#covered, this.#prunedTo + PRUNED_AT_ONCE);
    if (to > this.#prunedTo) {
      this.#prune.run(this.#prunedTo, to);
      this.#markPruned.run(to);
    }
    return to;
  }

  /** The block is durable. */
  settle(prunedTo: number, changes: number): void {
    this.#prunedTo = prunedTo;
    this.#changes += changes;
  }

  /** True when it is time for a new file. */
  get wants(): boolean {
    return this.#worker === undefined && this.#changes > (this.#options.changesMin ?? Math.max(CHANGES_MIN, this.#leaves / 6));
  }

  get busy(): boolean {
    return this.#worker !== undefined;
  }

  /** Write these leaves, in any order and nobody else's from here on, as the file. */
  keep(run: StateRun): void {
    const changesAtStart = this.#changes;
    const { height, count, keyHashes, leafHashes, refs } = run;
    const worker = new Worker(new URL('./state-run-worker.ts', import.meta.url), {
      workerData: { path: this.#options.runPath, run },
      transferList: [keyHashes.buffer, leafHashes.buffer, refs.buffer] as ArrayBuffer[],
    });
    this.#worker = worker;
    worker.unref();
    worker.on('message', () => this.opened({ height, count }, this.#changes - changesAtStart));
    // A full disk, say. The old file and all rows are there; the next try comes when as much has changed again.
    worker.on('error', (error) => {
      this.#changes -= changesAtStart;
      process.emitWarning(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
  }

  /** Stop a thread that is still writing; what it leaves behind does no harm. */
  close(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners();
    worker?.on('error', () => undefined);
    void worker?.terminate();
  }
}
