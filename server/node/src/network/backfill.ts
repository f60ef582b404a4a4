/**
 * What a node lacks that came by a snapshot comes to it while it runs: the log is executed from its first block on by a thread of low
 * priority, and each block is filled in. Interrupted, it goes on where it was. Where the log leads to something else than the nodes stand
 * by, the node stops: then the quorum that it believed when it joined was not this ledger's.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { nodeCrypto } from '@tabularium/crypto';
import type { CharterRecord } from '@tabularium/kernel';
import { toHex } from '@tabularium/protocol';
import type { SqliteStorage } from '@tabularium/store';
import { type DataDirectory, dataDirectory } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import type { BackfillOrder, FromBackfill, ToBackfill } from './backfill-worker.ts';
import { peersOf } from './other-nodes.ts';

export interface BackfillOptions {
  readonly place: DataDirectory;
  readonly storage: SqliteStorage;
  readonly origin: string;
  readonly charterNow: () => CharterRecord;
  /** This node's id. */
  readonly node: string;
  /** Of exchanges, by node, where they are not the charter's. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly report: (error: unknown) => void;
  /** All blocks are here. */
  readonly onWhole: () => void;
  readonly onStop: (fault: NodeFault) => void;
}

/** Nobody had what was asked for: once more. */
const AGAIN_MS = 10_000;

export class Backfill {
  readonly #options: BackfillOptions;
  #worker: Worker | undefined;
  #runs = 0;
  #exited: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Begins at once, where anything is missing. */
  constructor(options: BackfillOptions) {
    this.#options = options;
    this.#start();
  }

  /** Resolves when the thread has let go of its folder. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#say('stop');
    await this.#exited;
  }

  #start(): void {
    const { storage, report } = this.#options;
    const missing = storage.missing();
    if (missing === undefined) {
      this.#whole();
      return;
    }
    const worker = new Worker(new URL('./backfill-worker.ts', import.meta.url), { workerData: this.#order(missing) });
    this.#worker = worker;
    let failed: Extract<FromBackfill, { kind: 'failed' }> | undefined;
    worker.on('message', (message: FromBackfill) => {
      if (message.kind === 'failed') failed = message;
      else if (message.kind === 'remark') report(new Error(message.message));
      else if (message.kind === 'block') this.#fill(message);
    });
    worker.on('error', (error) => {
      failed = { kind: 'failed', message: error.message, differs: false };
    });
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = undefined;
        if (!this.#isClosed) this.#ended(failed);
        resolve();
      });
    });
  }

  #order({ from, to }: { readonly from: number; readonly to: number }): BackfillOrder {
    const { place, storage, origin, charterNow, node, addresses } = this.#options;
    const now = charterNow();
    const urls = Object.entries(now.nodes).flatMap(([id, { url }]) => (id === node || url === undefined ? [] : [url]));
    const { first, count } = storage.block(to)!;
    const [seal] = storage.leaves(first + count - 1, first + count);
    return {
      dir: place.dir,
      folder: place.backfill,
      origin,
      peers: peersOf(now, node, addresses),
      // Another one each time, for one may be away.
      url: urls[this.#runs++ % Math.max(1, urls.length)],
      from,
      to,
      seal: toHex(nodeCrypto.sha256(seal!)),
    };
  }

  #fill(block: Extract<FromBackfill, { kind: 'block' }>): void {
    if (this.#isClosed) return;
    try {
      this.#options.storage.fillBlock(block);
      this.#say('next');
    } catch (error) {
      this.#options.report(error);
      this.#say('stop');
    }
  }

  #ended(failed: Extract<FromBackfill, { kind: 'failed' }> | undefined): void {
    const { storage, report, onStop } = this.#options;
    if (failed?.differs === true) {
      onStop(
        new NodeFault('audit-difference', `the log does not lead to what the nodes stood by when this one joined: ${failed.message}`, {
          next: 'audit of the other nodes, by their addresses',
        }),
      );
      return;
    }
    if (storage.missing() === undefined) {
      this.#whole();
      return;
    }
    if (failed !== undefined) report(new Error(`old blocks do not come: ${failed.message}`));
    this.#timer = setTimeout(() => this.#start(), AGAIN_MS).unref();
  }

  #whole(): void {
    const { place, onWhole } = this.#options;
    if (existsSync(place.backfill)) {
      // The ledgers before this one came with it.
      const { predecessor } = dataDirectory(place.backfill);
      if (existsSync(predecessor) && !existsSync(place.predecessor)) renameSync(predecessor, place.predecessor);
      rmSync(place.backfill, { recursive: true, force: true });
    }
    onWhole();
  }

  #say(message: ToBackfill): void {
    this.#worker?.postMessage(message);
  }
}
