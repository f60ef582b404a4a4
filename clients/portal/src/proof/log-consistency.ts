/**
 * Whether a log that this browser has seen before still begins with what it was then: the consistency proof is put together here from the
 * log's public tiles (RFC 9162 §2.1.4, C2SP tlog-tiles). Nothing that the node says is believed but what fits both roots.
 */
import { type Checkpoint, HASH_LENGTH, nodeHash, type Sha256, splitPoint, TILE_WIDTH, tilePath, verifyConsistency } from '@tabularium/log';

const TILE_HEIGHT = 8;

/** The first `width` hashes of a tile, laid end to end; `path` as C2SP tlog-tiles names it. */
export type FetchTile = (path: string) => Promise<Uint8Array>;

/** Whether `now` holds all of `then`, in place and unchanged. Rejects where a tile cannot be had. */
export async function stillHolds(then: Checkpoint, now: Checkpoint, fetchTile: FetchTile, sha256: Sha256): Promise<boolean> {
  if (then.origin !== now.origin || then.size > now.size) return false;
  const proof = await consistencyProof(then.size, now.size, new TreeOfTiles(now.size, fetchTile, sha256));
  return verifyConsistency({ from: then.size, fromRoot: then.root, to: now.size, toRoot: now.root, proof }, sha256);
}

/** The root that the log had at `size`, put together from the tiles of `now`; undefined where they do not lead to the root of `now` too. */
export async function rootAt(size: number, now: Checkpoint, fetchTile: FetchTile, sha256: Sha256): Promise<Uint8Array | undefined> {
  if (size < 1 || size > now.size) return undefined;
  const root = await new TreeOfTiles(now.size, fetchTile, sha256).range(0, size);
  return (await stillHolds({ origin: now.origin, size, root }, now, fetchTile, sha256)) ? root : undefined;
}

/** RFC 9162 §2.1.4.1, from the whole tree down to the edge of the old one. */
async function consistencyProof(from: number, to: number, tree: TreeOfTiles): Promise<readonly Uint8Array[]> {
  if (from === 0 || from === to) return [];
  const ranges: (readonly [number, number])[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  if (start !== 0) ranges.push([start, end]);
  return await Promise.all(ranges.reverse().map(([first, last]) => tree.range(first, last)));
}

class TreeOfTiles {
  readonly #size: number;
  readonly #fetchTile: FetchTile;
  readonly #sha256: Sha256;
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(size: number, fetchTile: FetchTile, sha256: Sha256) {
    this.#size = size;
    this.#fetchTile = fetchTile;
    this.#sha256 = sha256;
  }

  /** Hash of the leaves [start, end), where `start` is a multiple of the largest power of two in the range. */
  async range(start: number, end: number): Promise<Uint8Array> {
    const count = end - start;
    let height = 0;
    let span = 1;
    for (; span * 2 <= count; span *= 2) height++;
    if (span === count) return await this.#node(height, start / span);
    const [left, right] = await Promise.all([this.range(start, start + span), this.range(start + span, end)]);
    return nodeHash(left, right, this.#sha256);
  }

  /** The perfect subtree of `height` at `index` of its row: folded from the lowest row of the tile in which it lies. */
  async #node(height: number, index: number): Promise<Uint8Array> {
    const level = Math.floor(height / TILE_HEIGHT);
    const leaves = 2 ** (height % TILE_HEIGHT);
    const first = index * leaves;
    const tile = await this.#tile(level, Math.floor(first / TILE_WIDTH));
    const at = (first % TILE_WIDTH) * HASH_LENGTH;
    let row: Uint8Array[] = Array.from({ length: leaves }, (_, n) => tile.slice(at + n * HASH_LENGTH, at + (n + 1) * HASH_LENGTH));
    while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, n) => nodeHash(row[2 * n]!, row[2 * n + 1]!, this.#sha256));
    return row[0]!;
  }

  #tile(level: number, index: number): Promise<Uint8Array> {
    const hashes = Math.floor(this.#size / TILE_WIDTH ** level);
    const path = tilePath(level, index, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
    const known = this.#tiles.get(path) ?? this.#fetchTile(path);
    this.#tiles.set(path, known);
    return known;
  }
}
