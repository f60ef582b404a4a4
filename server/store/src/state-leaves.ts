/**
 * From rows to the state tree's leaves: the sorted run merged with the changes of the blocks since, or every record hashed anew.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type StateChange, StorageDamaged } from '@tabularium/engine-port';
import { type Sha256, stateLeafHash } from '@tabularium/log';
import { compareHashes, sortByHash } from './hash-order.ts';
import { newestHeight, scalar } from './ledger-schema.ts';
import { emptyRun, readRun, roomFor, type StateRun } from './state-run.ts';

/** One changed leaf in memory while runs are merged: key hash, leaf hash (zeros when removed), ref (uint32 big-endian, 0 when removed). */
const CHANGE_LENGTH = 68;
const READ_AT_ONCE = 256;

/**
 * What changed in a block, as its `state_delta` row holds it: how many refs (uint32 big-endian), the refs of records written, the key
 * hashes of records removed. The leaves themselves are made from the records again: 4 bytes a change in place of 68.
 */
export function encodeDelta(changes: readonly Pick<StateChange, 'keyHash' | 'leafHash'>[], refs: readonly number[]): Uint8Array {
  const written = refs.filter((_, i) => changes[i]!.leafHash !== null);
  const removed = changes.filter(({ leafHash }) => leafHash === null);
  const delta = Buffer.alloc(4 + written.length * 4 + removed.length * 32);
  let at = delta.writeUInt32BE(written.length, 0);
  for (const ref of written) at = delta.writeUInt32BE(ref, at);
  for (const { keyHash } of removed) {
    delta.set(keyHash, at);
    at += 32;
  }
  return delta;
}

export interface QuickLeaves {
  readonly run: StateRun;
  /** The file by itself: as of which height it stands, and how many leaves it has. */
  readonly base: { readonly height: number; readonly count: number };
  /** Leaves changed since. */
  readonly changes: number;
}

/**
 * The leaves as of the newest block: run file plus deltas. Undefined when the file is missing or damaged and the deltas it covered
 * are gone already; then only `leavesFromRecords` knows.
 */
export function leavesFromRun(db: DatabaseSync, runPath: string, sha256: Sha256): QuickLeaves | undefined {
  const prunedTo = Number(scalar(db, "SELECT value FROM meta WHERE name = 'pruned'") ?? 0);
  const run = readRun(runPath) ?? emptyRun();
  const newest = newestHeight(db);
  if (run.height < prunedTo || run.height > newest) return undefined;
  const refs: number[] = [];
  const removed: Uint8Array[] = [];
  const deltas = db.prepare('SELECT leaves FROM state_delta WHERE height > ? ORDER BY height');
  for (const { leaves } of deltas.iterate(run.height) as Iterable<{ leaves: Uint8Array }>) {
    const delta = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength);
    const end = delta.length < 4 ? 0 : 4 + delta.readUInt32BE(0) * 4;
    if (end === 0 || end > delta.length || (delta.length - end) % 32 !== 0) return undefined;
    for (let at = 4; at < end; at += 4) refs.push(delta.readUInt32BE(at));
    for (let at = end; at < delta.length; at += 32) removed.push(leaves.subarray(at, at + 32));
  }
  const changes = refs.length + removed.length;
  const base = { height: run.height, count: run.count };
  const merged = changes === 0 ? run : mergeChanges(run, changedLeaves(db, sha256, Uint32Array.from(refs).sort(), removed));
  return { run: { ...merged, height: newest }, base, changes };
}

/** The changed leaves as they stand now. What was removed comes first: a key that was written again later has a record, which counts. */
function changedLeaves(db: DatabaseSync, sha256: Sha256, refs: Uint32Array, removed: readonly Uint8Array[]): Uint8Array {
  const changes = new Uint8Array((removed.length + refs.length) * CHANGE_LENGTH);
  const view = new DataView(changes.buffer);
  const encoder = new TextEncoder();
  let at = 0;
  for (const keyHash of removed) {
    changes.set(keyHash, at);
    at += CHANGE_LENGTH;
  }
  for (const [ref, key, value] of recordsOf(db, refs)) {
    const keyHash = sha256(encoder.encode(key));
    changes.set(keyHash, at);
    changes.set(stateLeafHash(keyHash, sha256(encoder.encode(value)), sha256), at + 32);
    view.setUint32(at + 64, ref);
    at += CHANGE_LENGTH;
  }
  return changes.subarray(0, at);
}

/** The records that are still there, by ascending ref (repeats are passed over). What was written lately lies together, so most are read in ranges. */
function* recordsOf(db: DatabaseSync, refs: Uint32Array): Iterable<[ref: number, key: string, value: string]> {
  const one = db.prepare('SELECT ref, key, value FROM state WHERE ref = ?');
  const range = db.prepare('SELECT ref, key, value FROM state WHERE ref BETWEEN ? AND ? ORDER BY ref');
  one.setReturnArrays(true);
  range.setReturnArrays(true);
  for (let from = 0; from < refs.length; from += READ_AT_ONCE) {
    const wanted = new Set(refs.subarray(from, from + READ_AT_ONCE));
    const first = refs[from]!;
    const last = refs[Math.min(refs.length, from + READ_AT_ONCE) - 1]!;
    if (first === refs[from - 1]) wanted.delete(first);
    if (last - first < 4 * READ_AT_ONCE) {
      for (const row of range.all(first, last) as unknown as [number, string, string][]) if (wanted.has(row[0])) yield row;
    } else {
      for (const ref of wanted) {
        const row = one.get(ref) as unknown as [number, string, string] | undefined;
        if (row !== undefined) yield row;
      }
    }
  }
}

/** The run with changed leaves (68 bytes each) laid over it; of several changes of one key the last counts. */
export function mergeChanges(run: StateRun, delta: Uint8Array): StateRun {
  const view = new DataView(delta.buffer, delta.byteOffset, delta.byteLength);
  const changes = delta.length / CHANGE_LENGTH;
  const order = sortByHash(changes, delta, CHANGE_LENGTH);
  const { keyHashes, leafHashes, refs } = roomFor(run.count + changes);
  let count = 0;
  let from = 0;
  const copyRun = (to: number): void => {
    if (to === from) return;
    keyHashes.set(run.keyHashes.subarray(from * 32, to * 32), count * 32);
    leafHashes.set(run.leafHashes.subarray(from * 32, to * 32), count * 32);
    refs.set(run.refs.subarray(from, to), count);
    count += to - from;
    from = to;
  };
  for (let i = 0; i < changes; i++) {
    const at = order[i]! * CHANGE_LENGTH;
    if (i + 1 < changes && compareHashes(delta, at, delta, order[i + 1]! * CHANGE_LENGTH) === 0) continue;
    const place = lowerBound(run, from, delta, at);
    copyRun(place);
    if (place < run.count && compareHashes(run.keyHashes, place * 32, delta, at) === 0) from = place + 1;
    const ref = view.getUint32(at + 64);
    if (ref === 0) continue;
    keyHashes.set(delta.subarray(at, at + 32), count * 32);
    leafHashes.set(delta.subarray(at + 32, at + 64), count * 32);
    refs[count++] = ref;
  }
  copyRun(run.count);
  return { height: run.height, count, keyHashes, leafHashes, refs };
}

/** Every record hashed anew: slow (some 5 µs a record), and right whatever happened to run and deltas. */
export function leavesFromRecords(db: DatabaseSync, sha256: Sha256): StateRun {
  const newest = newestHeight(db);
  const count = Number(scalar(db, 'SELECT count(*) FROM state'));
  const { keyHashes, leafHashes, refs } = roomFor(count);
  const encoder = new TextEncoder();
  const rows = db.prepare('SELECT ref, key, value FROM state ORDER BY ref');
  rows.setReturnArrays(true);
  let n = 0;
  for (const row of rows.iterate() as Iterable<unknown> as Iterable<[number, string, string]>) {
    if (n === count) throw new StorageDamaged('the state table changed while it was read');
    const keyHash = sha256(encoder.encode(row[1]));
    keyHashes.set(keyHash, n * 32);
    leafHashes.set(stateLeafHash(keyHash, sha256(encoder.encode(row[2])), sha256), n * 32);
    refs[n++] = row[0];
  }
  const order = sortByHash(count, keyHashes, 32);
  const sorted = roomFor(count);
  for (let i = 0; i < count; i++) {
    const at = order[i]!;
    sorted.keyHashes.set(keyHashes.subarray(at * 32, at * 32 + 32), i * 32);
    sorted.leafHashes.set(leafHashes.subarray(at * 32, at * 32 + 32), i * 32);
    sorted.refs[i] = refs[at]!;
  }
  return { height: newest, count, ...sorted };
}

/** First leaf of the run, not before `from`, whose key hash is not below the one at `at` of `hashes`. */
function lowerBound(run: StateRun, from: number, hashes: Uint8Array, at: number): number {
  let low = from;
  let step = 1;
  let high = from;
  // Changes come in order, so the next place is usually near: gallop, then bisect.
  while (high < run.count && compareHashes(run.keyHashes, high * 32, hashes, at) < 0) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, run.count);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashes(run.keyHashes, middle * 32, hashes, at) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
