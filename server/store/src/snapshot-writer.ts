/**
 * Writes a snapshot of a ledger as one reader sees it: chunks as files in a folder, which appears under its name when everything in it is
 * on disk. What goes into it depends on the ledger alone, not on the node (see snapshot-format.ts).
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StorageDamaged } from '@tabularium/engine-port';
import { HASH_LENGTH, LogTree, type Sha256, TILE_WIDTH } from '@tabularium/log';
import type { LedgerReader } from './ledger-reader.ts';
import { cutChunks, edgeWidth, encodeMetadata, levelsOf, type SnapshotMetadata, spanOf } from './snapshot-format.ts';
import { syncPath, writeDurably } from './write-durably.ts';

export const METADATA_FILE = 'metadata.json';
/** At the end of a folder's name: it is not whole. */
const PARTIAL = '.partial';
const LEAVES_AT_ONCE = 1_024;
const encoder = new TextEncoder();

/** Writes the snapshot into the new folder `to`. The reader must stand at one moment. */
export function writeSnapshot(reader: LedgerReader, to: string, sha256: Sha256): void {
  const partial = `${to}${PARTIAL}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const { height, size } = reader.head();
    const first = firstNeeded(reader);
    const chunks: Uint8Array[] = [];
    const write = (groups: Iterable<readonly Uint8Array[]>): void => {
      for (const chunk of cutChunks(groups)) {
        writeDurably(join(partial, String(chunks.length)), chunk);
        chunks.push(sha256(chunk));
      }
    };
    write(leafGroups(reader, first, size));
    const leafChunks = chunks.length;
    write(recordGroups(reader));
    const metadata = { height, size, first, edge: edgeAt(reader, first, sha256), leafChunks, chunks } satisfies SnapshotMetadata;
    writeDurably(join(partial, METADATA_FILE), encodeMetadata(metadata));
    syncPath(partial);
    renameSync(partial, to);
    syncPath(join(to, '..'));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The first leaf that a node needs: of whole blocks, all leaves whose ids may not be used again yet, and those of the log's last hash
 * tile, from which the tree is opened.
 */
function firstNeeded(reader: LedgerReader): number {
  const { height, time } = reader.head();
  const block = reader.block(height);
  if (block === undefined) throw new StorageDamaged('there is no ledger to make a snapshot of');
  const needed = Math.min(block.first, reader.firstLivingId(Math.floor(time / 1000)) ?? block.first);
  return reader.blockOf(needed - (needed % TILE_WIDTH))?.first ?? missingLeaf(needed);
}

/** The rightmost tile of each level of the log's first `first` leaves. */
function edgeAt(reader: LedgerReader, first: number, sha256: Sha256): Uint8Array[] {
  // Where `first` lies within a tile, a whole one follows it (see `firstNeeded`), so that this one is full.
  const width = edgeWidth(first, 0);
  const tile = width === 0 ? new Uint8Array(0) : (reader.tile(0, Math.floor(first / TILE_WIDTH)) ?? missingLeaf(first));
  const log = new LogTree(sha256, first, (level, index) => reader.tile(level, index), tile.subarray(0, width * HASH_LENGTH));
  return Array.from({ length: levelsOf(first) }, (_, level) => {
    const hashes = edgeWidth(first, level);
    return hashes === 0 ? new Uint8Array(0) : log.tile(level, Math.floor(first / spanOf(level + 1)), hashes)!;
  });
}

function* leafGroups(reader: LedgerReader, first: number, size: number): Iterable<readonly Uint8Array[]> {
  for (let at = first; at < size; ) {
    const leaves = reader.leaves(at, Math.min(size, at + LEAVES_AT_ONCE));
    if (leaves.length === 0) missingLeaf(at);
    for (const leaf of leaves) yield [leaf];
    at += leaves.length;
  }
}

function* recordGroups(reader: LedgerReader): Iterable<readonly Uint8Array[]> {
  for (const [key, value] of reader.recordsByKey()) yield [encoder.encode(key), encoder.encode(value)];
}

function missingLeaf(index: number): never {
  throw new StorageDamaged(`leaf ${index} is missing`);
}
