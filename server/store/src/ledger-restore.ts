/**
 * A ledger from a snapshot that others hand over (see snapshot-format.ts): what a node does that joins a ledger of many agencies.
 *
 * Only `appHash` is trusted, which consensus has proven: it is the checkpoint of all leaves. The root of the edge and the leaves after it
 * must be that checkpoint's, the records must have the state root in the last seal, and each hash tile below must be the one that the edge
 * prescribes. When all of it fits the ledger is whole; it is the data directory's once it is installed, and not before.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatCheckpoint, leafHash } from '@tabularium/log';
import { type Crypto, equalBytes } from '@tabularium/protocol';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { fetchTiles, type TileSource } from './fetch-tiles.ts';
import { openLedgerReader } from './ledger-reader.ts';
import { LogEdge } from './log-edge.ts';
import { RestoredLedger, SnapshotMismatch } from './restored-ledger.ts';
import { decodeMetadata, SNAPSHOT_FORMAT, type SnapshotMetadata, splitChunk } from './snapshot-format.ts';
import type { KeptSnapshot } from './snapshot-keeper.ts';

const FOLDER = 'restoring';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface LedgerRestoreOptions {
  /** Data directory; nobody else may have it open. */
  readonly dir: string;
  readonly crypto: Crypto;
  readonly origin: string;
  /** The engine's note for a ledger that stands at this height of CometBFT's. */
  readonly anchorOf: (cometHeight: number) => string;
  /** Where hash tiles come from. */
  readonly sources: readonly TileSource[];
  /** Whether a ledger that lies in the directory may give way; otherwise there must be none. */
  readonly replace?: boolean;
  /** Why a ledger with these records is not wanted, though it is the one that was promised; undefined where it is. */
  readonly unwanted?: (record: (key: string) => string | undefined) => string | undefined;
  /** As of `SqliteStorageOptions`. */
  readonly unordered?: readonly string[];
  readonly report: (error: unknown) => void;
  /** Before tiles that nobody had are asked for once more. */
  readonly pauseMs?: number;
}

/** `reject`: it is no snapshot of this ledger. */
export type OfferVerdict = 'accept' | 'reject' | 'reject-format';

/**
 * `refetch`: this chunk is not the snapshot's; ask somebody else for it. `restart`: offer it again, and
 * begin with the first chunk. `reject`: what came does not
 * make the ledger that was promised. `whole`: that was the last one, and everything fits.
 */
export type ChunkVerdict = 'accept' | 'refetch' | 'restart' | 'reject' | 'whole';

interface UnderWay {
  readonly metadata: SnapshotMetadata;
  readonly appHash: Uint8Array;
  readonly anchor: string;
  readonly ledger: RestoredLedger;
  readonly edge: LogEdge;
  next: number;
}

export class LedgerRestore {
  readonly #options: LedgerRestoreOptions;
  #lock: DirectoryLock | undefined;
  #underWay: UnderWay | undefined;

  /** Throws `DirectoryInUse` when somebody has the directory open, and where a ledger lies in it that may not give way. */
  constructor(options: LedgerRestoreOptions) {
    const { dir, replace = false } = options;
    this.#options = options;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#lock = lockDirectory(dir);
    try {
      if (!replace && holdsLedger(dir)) throw new Error(`there is a ledger in ${dir} already`);
      // Left behind by one that was interrupted.
      rmSync(join(dir, FOLDER), { recursive: true, force: true });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Someone offers a snapshot; whatever was begun before is dropped. */
  offer({ height, format, chunks, hash, metadata: bytes }: KeptSnapshot, appHash: Uint8Array): OfferVerdict {
    this.#discard();
    if (format !== SNAPSHOT_FORMAT) return 'reject-format';
    const { dir, crypto, origin, unordered = [], anchorOf } = this.#options;
    const metadata = decodeMetadata(bytes);
    if (metadata === undefined || metadata.chunks.length !== chunks || !equalBytes(crypto.sha256(bytes), hash)) return 'reject';
    const ledger = new RestoredLedger({ folder: join(dir, FOLDER), crypto, origin, first: metadata.first, unordered });
    const edge = LogEdge.of(metadata.edge, crypto.sha256);
    this.#underWay = { metadata, appHash, anchor: anchorOf(height), ledger, edge, next: 0 };
    return 'accept';
  }

  /** The next chunk. Throws what keeps this node from going on, such as a full disk, or tiles that nobody has. */
  async apply(index: number, chunk: Uint8Array): Promise<ChunkVerdict> {
    const underWay = this.#underWay;
    if (underWay === undefined || index !== underWay.next) {
      this.#discard();
      return 'restart';
    }
    const { metadata } = underWay;
    if (!equalBytes(this.#options.crypto.sha256(chunk), metadata.chunks[index]!)) return 'refetch';
    try {
      this.#take(underWay, index, chunk);
      if (++underWay.next < metadata.chunks.length) return 'accept';
      await this.#complete(underWay);
    } catch (error) {
      this.#discard();
      if (!(error instanceof SnapshotMismatch)) throw error;
      this.#options.report(error);
      return 'reject';
    }
    return 'whole';
  }

  /** Puts the ledger that is whole in its place, and lets go of the directory. Interrupted, it leaves none or all of it. */
  install(): void {
    if (this.#underWay === undefined || this.#underWay.next < this.#underWay.metadata.chunks.length) throw new Error('no ledger is whole');
    this.#underWay.ledger.install(this.#options.dir);
    this.#underWay = undefined;
    this.close();
  }

  /** Drops what was begun, and lets go of the directory. May be called again. */
  close(): void {
    this.#discard();
    this.#lock?.release();
    this.#lock = undefined;
  }

  #take({ metadata, ledger, edge, appHash }: UnderWay, index: number, chunk: Uint8Array): void {
    const { crypto, origin } = this.#options;
    const parts = splitChunk(chunk);
    if (parts === undefined) throw new SnapshotMismatch(`chunk ${index} cannot be read`);
    if (index >= metadata.leafChunks) {
      if (parts.length % 2 !== 0) throw new SnapshotMismatch(`chunk ${index} ends with a key`);
      const texts = parts.map((part) => decoder.decode(part));
      ledger.addRecords(Array.from({ length: texts.length / 2 }, (_, i) => [texts[2 * i]!, texts[2 * i + 1]!]));
      return;
    }
    ledger.addLeaves(parts);
    for (const leaf of parts) edge.addLeaf(leafHash(leaf, crypto.sha256));
    if (index < metadata.leafChunks - 1) return;
    const { size } = ledger;
    const body = formatCheckpoint({ origin, size, root: edge.root() });
    const isIt = size === metadata.size && ledger.seal.height === metadata.height;
    if (!isIt || !equalBytes(crypto.sha256(crypto.utf8.encode(body)), appHash)) {
      throw new SnapshotMismatch(`the log of ${size} leaves is not the one that consensus has`);
    }
  }

  async #complete({ metadata, ledger, edge, anchor }: UnderWay): Promise<void> {
    const { crypto, sources, unwanted, report, pauseMs } = this.#options;
    ledger.checkState();
    const reason = unwanted?.((key) => ledger.record(key));
    if (reason !== undefined) throw new SnapshotMismatch(reason);
    await fetchTiles({
      size: metadata.first,
      edge: metadata.edge,
      sources,
      sha256: crypto.sha256,
      keep: (tiles) => ledger.addTiles(tiles),
      kept: (level, index) => ledger.tile(level, index),
      report,
      pauseMs,
    });
    ledger.finish({ anchor, tail: metadata.edge[0]!, root: edge.root() });
  }

  #discard(): void {
    this.#underWay?.ledger.discard();
    this.#underWay = undefined;
  }
}

function holdsLedger(dir: string): boolean {
  const path = join(dir, 'ledger.db');
  if (!existsSync(path)) return false;
  const reader = openLedgerReader(path);
  try {
    return reader.head().height > 0;
  } finally {
    reader.close();
  }
}
