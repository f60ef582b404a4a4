/**
 * The state tree's leaves as one sorted file, `state-tree.base`: how a ledger of millions of records opens in seconds.
 *
 * A row per tree node costs more than all other writing together, so no node is kept at all. The tree lives in memory; on disk lie
 * this file, as of some height, and one row a block with the leaves changed since. At open both are merged and the tree is built;
 * its root must be the one in the last seal, so that no fault in here can ever lead to a wrong root unseen.
 *
 * Layout, numbers little-endian: magic (8 bytes), height (float64), count (float64), SHA-256 of those 24 bytes and the body (32
 * bytes), then the body in columns: key hashes (32 each, ascending), leaf hashes (32 each), refs (uint32 each).
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StateLeaves } from '@tabularium/engine-port';

export const RUN_FILE = 'state-tree.base';
const MAGIC = Buffer.from('TABRUN01', 'latin1');
const HEAD_LENGTH = 24;
const DIGEST_LENGTH = 32;
/** Room for growth, so that the tree need not copy everything at the first new key. */
const SPARE = 1.125;
/** Single reads and writes stay below what the kernel does in one call. */
const CHUNK = 1 << 28;

export interface StateRun extends StateLeaves {
  /** Height after which the leaves stood so. */
  readonly height: number;
}

export function emptyRun(): StateRun {
  return { height: 0, count: 0, keyHashes: new Uint8Array(0), leafHashes: new Uint8Array(0), refs: new Uint32Array(0) };
}

/** Empty leaves with room for `count` and some more. */
export function roomFor(count: number): { keyHashes: Uint8Array; leafHashes: Uint8Array; refs: Uint32Array } {
  const room = Math.ceil(count * SPARE) + 64;
  return { keyHashes: new Uint8Array(room * 32), leafHashes: new Uint8Array(room * 32), refs: new Uint32Array(room) };
}

/** Read the file; undefined when it is missing, cut short or damaged: it can always be made again. */
export function readRun(path: string): StateRun | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const head = Buffer.alloc(HEAD_LENGTH + DIGEST_LENGTH);
    if (!fill(file, head) || !head.subarray(0, 8).equals(MAGIC)) return undefined;
    const height = head.readDoubleLE(8);
    const count = head.readDoubleLE(16);
    if (!Number.isSafeInteger(height) || !Number.isSafeInteger(count) || height < 0 || count < 0 || count >= 2 ** 31) return undefined;
    const digest = createHash('sha256').update(head.subarray(0, HEAD_LENGTH));
    const { keyHashes, leafHashes, refs } = roomFor(count);
    for (const column of columns(count, { keyHashes, leafHashes, refs })) {
      if (!fill(file, column)) return undefined;
      digest.update(column);
    }
    if (!digest.digest().equals(head.subarray(HEAD_LENGTH))) return undefined;
    return { height, count, keyHashes, leafHashes, refs };
  } finally {
    closeSync(file);
  }
}

/** Write the file anew, durably and in one step: a crash leaves the old one or the new one. */
export function writeRun(path: string, run: StateRun): void {
  const head = Buffer.alloc(HEAD_LENGTH);
  MAGIC.copy(head);
  head.writeDoubleLE(run.height, 8);
  head.writeDoubleLE(run.count, 16);
  const body = columns(run.count, run);
  const digest: Hash = createHash('sha256').update(head);
  for (const column of body) digest.update(column);
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    for (const part of [head, digest.digest(), ...body]) drain(file, part);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function columns(count: number, { keyHashes, leafHashes, refs }: Omit<StateLeaves, 'count'>): Uint8Array[] {
  return [keyHashes.subarray(0, count * 32), leafHashes.subarray(0, count * 32), new Uint8Array(refs.buffer, refs.byteOffset, count * 4)];
}

function fill(file: number, into: Uint8Array): boolean {
  for (let at = 0; at < into.length; ) {
    const read = readSync(file, into, at, Math.min(CHUNK, into.length - at), null);
    if (read === 0) return false;
    at += read;
  }
  return true;
}

function drain(file: number, from: Uint8Array): void {
  for (let at = 0; at < from.length; ) at += writeSync(file, from, at, Math.min(CHUNK, from.length - at), null);
}
