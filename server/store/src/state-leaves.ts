/**
 * From rows to the state tree's leaves: the sorted run merged with the changes of the blocks since, or every record hashed anew.
 *
 * Sorting is by the hashes' first bits as numbers, which typed arrays do natively; only neighbours that agree in those bits are
 * compared byte by byte.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type StateChange, StorageDamaged } from '@tabularium/engine-port';
import { type Sha256, stateLeafHash } from '@tabularium/log';
import { newestHeight, scalar } from './ledger-schema.ts';
import { emptyRun, readRun, roomFor, type StateRun } from './state-run.ts';

/** One changed leaf in a `state_delta` row: key hash, leaf hash (zeros when removed), ref (uint32 big-endian, 0 when removed). */
const DELTA_LENGTH = 68;

/** The changed leaves of a block as its `state_delta` row holds them. */
export function encodeDelta(changes: readonly StateChange[], refs: readonly number[]): Uint8Array {
  const delta = Buffer.alloc(changes.length * DELTA_LENGTH);
  for (let i = 0; i < changes.length; i++) {
    const { keyHash, leafHash } = changes[i]!;
    const at = i * DELTA_LENGTH;
    delta.set(keyHash, at);
    if (leafHash === null) continue;
    delta.set(leafHash, at + 32);
    delta.writeUInt32BE(refs[i]!, at + 64);
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
export function leavesFromRun(db: DatabaseSync, runPath: string): QuickLeaves | undefined {
  const prunedTo = Number(scalar(db, "SELECT value FROM meta WHERE name = 'pruned'") ?? 0);
  const run = readRun(runPath) ?? emptyRun();
  const newest = newestHeight(db);
  if (run.height < prunedTo || run.height > newest) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const row of db.prepare('SELECT leaves FROM state_delta WHERE height > ? ORDER BY height').iterate(run.height)) {
    const part = row.leaves as Uint8Array;
    if (part.length % DELTA_LENGTH !== 0) return undefined;
    parts.push(part);
    length += part.length;
  }
  const delta = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    delta.set(part, at);
    at += part.length;
  }
  const base = { height: run.height, count: run.count };
  return { run: { ...(length === 0 ? run : mergeDelta(run, delta)), height: newest }, base, changes: length / DELTA_LENGTH };
}

/** The run with changed leaves laid over it; of several changes of one key the last counts. */
export function mergeDelta(run: StateRun, delta: Uint8Array): StateRun {
  const view = new DataView(delta.buffer, delta.byteOffset, delta.byteLength);
  const changes = delta.length / DELTA_LENGTH;
  const order = sortByHash(changes, delta, DELTA_LENGTH);
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
    const at = order[i]! * DELTA_LENGTH;
    if (i + 1 < changes && compareHashes(delta, at, delta, order[i + 1]! * DELTA_LENGTH) === 0) continue;
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

/** Positions 0…count in the order of the hashes that lie at `stride · position`; equal hashes keep their order. */
function sortByHash(count: number, hashes: Uint8Array, stride: number): Uint32Array {
  const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  // First bits of the hash above, position below: together within the 53 bits that a float64 holds exactly.
  const positions = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const prefixes = 2 ** 53 / positions;
  const shift = Math.max(1, 2 ** 48 / prefixes);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const prefix = Math.floor((view.getUint32(i * stride) * 0x10000 + view.getUint16(i * stride + 4)) / shift);
    keys[i] = prefix * positions + i;
  }
  keys.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const position = keys[i]! % positions;
    const prefix = Math.floor(keys[i]! / positions);
    let to = i;
    while (to > 0 && Math.floor(keys[to - 1]! / positions) === prefix) {
      if (compareHashes(hashes, order[to - 1]! * stride, hashes, position * stride) <= 0) break;
      order[to] = order[to - 1]!;
      to--;
    }
    order[to] = position;
  }
  return order;
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

function compareHashes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  for (let i = 0; i < 32; i++) {
    const difference = a[aAt + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
