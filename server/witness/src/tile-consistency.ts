/**
 * A consistency proof (RFC 9162 §2.1.4.1) made by a reader of a tiled log (C2SP tlog-tiles): a handful of hash tiles is
 * enough, however large the log is. What comes over the network is not trusted: a wrong tile gives a wrong proof, and
 * whoever checks it against the two roots sees that.
 */
import { HASH_LENGTH, nodeHash, type Sha256, TILE_WIDTH } from '@tabularium/log';

/** The first `width` hashes of a tile, laid end to end. Rejects when the log does not serve it. */
export type FetchTile = (level: number, index: number, width: number) => Promise<Uint8Array>;

const TILE_HEIGHT = 8;

/** The proof from the tree of `from` leaves to that of `to` leaves, `0 ≤ from ≤ to`. Rejects where a tile is missing or too short. */
export async function tileConsistency(from: number, to: number, fetchTile: FetchTile, sha256: Sha256): Promise<Uint8Array[]> {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to)
    throw new RangeError(`from ${from} to ${to} leaves`);
  if (from === 0 || from === to) return [];
  const tiles = new Map<string, Promise<Uint8Array>>();

  /** The whole subtree of `height` at `index` of its row. */
  const node = async (height: number, index: number): Promise<Uint8Array> => {
    const level = Math.floor(height / TILE_HEIGHT);
    const count = 2 ** (height % TILE_HEIGHT);
    const first = index * count;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, Math.floor(to / TILE_WIDTH ** level) - tileIndex * TILE_WIDTH);
    const key = `${level}/${tileIndex}`;
    const fetched = tiles.get(key) ?? fetchTile(level, tileIndex, width);
    tiles.set(key, fetched);
    const tile = await fetched;
    if (tile.length < width * HASH_LENGTH) throw new Error(`tile ${key} has ${tile.length} bytes`);
    const start = first % TILE_WIDTH;
    let row = Array.from({ length: count }, (_, i) => tile.subarray((start + i) * HASH_LENGTH, (start + i + 1) * HASH_LENGTH));
    while (row.length > 1) row = row.flatMap((left, i) => (i % 2 === 0 ? [nodeHash(left, row[i + 1]!, sha256)] : []));
    return row[0]!;
  };

  /** The hash of leaves [start, end); start is a multiple of the largest power of two in the range. */
  const range = async (start: number, end: number): Promise<Uint8Array> => {
    const middle = splitPoint(end - start);
    if (middle === end - start) return node(Math.round(Math.log2(middle)), start / middle);
    return nodeHash(await range(start, start + middle), await range(start + middle, end), sha256);
  };

  const proof: Uint8Array[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const half = splitPoint(end - start);
    const middle = start + (half === end - start ? half / 2 : half);
    if (from <= middle) {
      proof.push(await range(middle, end));
      end = middle;
    } else {
      proof.push(await range(start, middle));
      start = middle;
    }
  }
  if (start !== 0) proof.push(await range(start, end));
  return proof.reverse();
}

/** The largest power of two that is not above n. */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 <= n) k *= 2;
  return k;
}
