/**
 * The snapshots that a node of a network has ready for those who join: made now and then beside the thread that decides, the newest two
 * kept, in `snapshots/<CometBFT's height>-<chain>/` of the data directory.
 *
 * When one is due follows from the ledger alone, so that every node makes the same ones; where there is none yet, whoever joins has one made.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Storage } from '@tabularium/engine-port';
import type { Sha256 } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { decodeMetadata, SNAPSHOT_FORMAT, type SnapshotMetadata } from './snapshot-format.ts';
import type { SnapshotOrder } from './snapshot-worker.ts';
import { METADATA_FILE } from './snapshot-writer.ts';

/** Folder within the data directory. */
export const SNAPSHOTS = 'snapshots';
const KEPT = 2;
/** So long the ledger waits for the thread to take its view, and no snapshot is made where it does not. */
const VIEW_MS = 5_000;
const CHAIN = /^[A-Za-z0-9._-]{1,50}$/;

export interface SnapshotPace {
  /** A snapshot is made by the block that brings the ledger to or beyond a multiple of either. */
  readonly everyBlocks: number;
  readonly everyLeaves: number;
  /** Blocks that stay at least, for nodes that were away for a while. */
  readonly keepBlocks: number;
}

export const SNAPSHOT_PACE: SnapshotPace = { everyBlocks: 10_000, everyLeaves: 250_000, keepBlocks: 2_000 };
/** The thread is started when so much of the way is left, for it takes a moment. */
const AHEAD = 0.1;
/** Who is asked for one by somebody who joins makes it at such a height of CometBFT's: more than one node must have made the same. */
const WANTED_EVERY = 4;

export interface SnapshotKeeperOptions {
  /** Data directory. */
  readonly dir: string;
  /** The open ledger in it. */
  readonly storage: Pick<Storage, 'head' | 'anchor'>;
  readonly chainId: string;
  readonly sha256: Sha256;
  readonly pace?: Partial<SnapshotPace>;
  /** Told that a snapshot is wanted, or has been made: both may need blocks that an idle ledger does not make. */
  readonly onChange?: () => void;
  /** Told why a snapshot was not made or is not good any more. */
  readonly report: (error: unknown) => void;
}

/** What others are told of a snapshot. */
export interface KeptSnapshot {
  /** CometBFT's height. */
  readonly height: number;
  readonly format: number;
  /** How many. */
  readonly chunks: number;
  /** SHA-256 of the metadata, which names the hash of each chunk. */
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
}

interface Stored extends KeptSnapshot {
  readonly folder: string;
  readonly chunkHashes: SnapshotMetadata['chunks'];
}

interface SnapshotThread {
  readonly worker: Worker;
  readonly taken: Int32Array;
  /** CometBFT's height of what it is at work on. */
  at: number | undefined;
}

export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  readonly #folder: string;
  readonly #pace: SnapshotPace;
  /** Newest first. */
  #kept: readonly Stored[] = [];
  #seen: { readonly height: number; readonly size: number };
  /** CometBFT's height of the newest block. */
  #at = 0;
  #isWanted = false;
  #removed: Promise<unknown> = Promise.resolve();
  #thread: SnapshotThread | undefined;

  constructor(options: SnapshotKeeperOptions) {
    if (!CHAIN.test(options.chainId)) throw new RangeError(`no name of a chain: ${options.chainId}`);
    this.#options = options;
    this.#folder = join(options.dir, SNAPSHOTS);
    this.#pace = { ...SNAPSHOT_PACE, ...options.pace };
    this.#seen = options.storage.head();
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#look();
  }

  /** Newest first. */
  list(): readonly KeptSnapshot[] {
    return this.#kept;
  }

  /** A chunk; undefined where there is none, or it is not what it was any more. */
  async chunk(height: number, format: number, index: number): Promise<Uint8Array | undefined> {
    const snapshot = this.#kept.find((one) => one.height === height && one.format === format);
    const hash = snapshot?.chunkHashes[index];
    if (snapshot === undefined || hash === undefined) return undefined;
    try {
      const bytes = await readFile(join(snapshot.folder, String(index)));
      if (equalBytes(this.#options.sha256(bytes), hash)) return bytes;
      throw new Error(`chunk ${index} of the snapshot at ${height} is damaged`);
    } catch (error) {
      // It may have had to make room just now; otherwise it is not offered any more.
      if (this.#kept.includes(snapshot)) this.#options.report(error);
      this.#kept = this.#kept.filter((one) => one !== snapshot);
      return undefined;
    }
  }

  /** Somebody joins: where there is no snapshot at all, one is made soon, at a height at which other nodes make theirs. */
  wanted(): void {
    if (this.#isWanted || this.#kept.length > 0 || this.#thread?.at !== undefined) return;
    this.#isWanted = true;
    this.#options.onChange?.();
  }

  /** One is to be made with one of the next blocks. */
  get isWanted(): boolean {
    return this.#isWanted && this.#thread?.at === undefined;
  }

  /** CometBFT's height from which a node that joins, or was away, needs blocks; 0 while there are fewer than two snapshots. */
  get retainHeight(): number {
    return Math.max(0, Math.min(this.#kept[KEPT - 1]?.height ?? 0, this.#at - this.#pace.keepBlocks));
  }

  /** The block at CometBFT's height is durable, and none after it. Makes a snapshot where one is due. */
  committed(cometHeight: number): void {
    this.#at = cometHeight;
    const { height, size } = this.#options.storage.head();
    const seen = this.#seen;
    this.#seen = { height, size };
    const { everyBlocks, everyLeaves } = this.#pace;
    const isDue = (ahead: number): boolean =>
      crosses(seen.height, height, everyBlocks, ahead) || crosses(seen.size, size, everyLeaves, ahead);
    if (this.isWanted && cometHeight % WANTED_EVERY === 0) this.make(cometHeight);
    else if (isDue(0)) this.#makeDue(cometHeight);
    else if (isDue(AHEAD)) this.#thread ??= this.#start();
  }

  /**
   * Makes a snapshot of the ledger as it stands, which is at this height of CometBFT's; where one is being made, of the first block after
   * that. Comes back once a thread has its view of it.
   */
  make(cometHeight: number): void {
    const { storage, chainId, report } = this.#options;
    const thread = this.#thread ?? this.#start();
    if (thread.at !== undefined) {
      this.#isWanted ||= thread.at !== cometHeight;
      return;
    }
    this.#thread = thread;
    thread.at = cometHeight;
    this.#isWanted = false;
    thread.worker.postMessage({ to: join(this.#folder, `${cometHeight}-${chainId}`), anchor: storage.anchor() });
    if (Atomics.wait(thread.taken, 0, 0, VIEW_MS) === 'timed-out')
      report(new Error(`the snapshot at ${cometHeight} may come to nothing: its thread is late`));
  }

  /** Where one takes longer than it takes to the next, the next is left out. */
  #makeDue(cometHeight: number): void {
    if (this.#thread?.at === undefined) this.make(cometHeight);
    else this.#options.report(new Error(`no snapshot at ${cometHeight}: the one before is still being made`));
  }

  /** Ends a thread at work; what it leaves behind goes at the next opening. */
  async close(): Promise<void> {
    const worker = this.#thread?.worker;
    this.#thread = undefined;
    worker?.removeAllListeners();
    worker?.on('error', () => undefined);
    await worker?.terminate();
    await this.#removed;
  }

  #start(): SnapshotThread {
    const taken = new Int32Array(new SharedArrayBuffer(4));
    const workerData = { ledger: join(this.#options.dir, 'ledger.db'), taken } satisfies SnapshotOrder;
    const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), { workerData });
    worker.unref();
    worker.on('error', (error) => this.#options.report(error));
    worker.on('exit', () => {
      this.#thread = undefined;
      this.#look();
      this.#options.onChange?.();
    });
    return { worker, taken, at: undefined };
  }

  /** Reads what is there, and removes what is not wanted any more: all but the newest, of another chain, half made. */
  #look(): void {
    const { chainId, report } = this.#options;
    const names = readdirSync(this.#folder);
    const found = names.flatMap((name) => {
      const folder = join(this.#folder, name);
      const height = Number(name.slice(0, Math.max(0, name.indexOf('-'))));
      return name === `${height}-${chainId}` ? this.#read(height, folder) : [];
    });
    this.#kept = found.sort((a, b) => b.height - a.height).slice(0, KEPT);
    const wanted = new Set(this.#kept.map(({ folder }) => folder));
    const unwanted = names.map((name) => join(this.#folder, name)).filter((folder) => !wanted.has(folder));
    this.#removed = Promise.all([this.#removed, ...unwanted.map((folder) => rm(folder, { recursive: true, force: true }).catch(report))]);
  }

  #read(height: number, folder: string): Stored[] {
    try {
      const metadata = readFileSync(join(folder, METADATA_FILE));
      const read = decodeMetadata(metadata);
      if (read === undefined) throw new Error(`${folder} holds no snapshot`);
      const { chunks } = read;
      const hash = this.#options.sha256(metadata);
      return [{ height, format: SNAPSHOT_FORMAT, chunks: chunks.length, hash, metadata, folder, chunkHashes: chunks }];
    } catch (error) {
      this.#options.report(error);
      return [];
    }
  }
}

/** Whether a way from one number to another reaches a multiple of `step`, seen from a part of a step ahead. */
function crosses(from: number, to: number, step: number, ahead: number): boolean {
  return Math.floor(from / step + ahead) !== Math.floor(to / step + ahead);
}
