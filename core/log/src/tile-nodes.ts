/**
 * One tile of the log with its inner nodes: a perfect subtree of height 8 over up to 256 hashes (C2SP tlog-tiles,
 * "Merkle Tree"). A tile on the wire is its lowest row alone; the rows above are what proofs are made of, so a tile
 * that grows keeps them instead of hashing them again for every proof.
 *
 * Rows lie one after the other in one array of 511 hashes: 256, 128, 64, … 1.
 */
import { HASH_LENGTH, HASH_WORDS, nodeHashInto, type Sha256 } from './merkle-hash.ts';

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree that one level of tiles spans. */
export const TILE_HEIGHT = 8;
/** Bytes of a full tile. */
export const TILE_BYTES = TILE_WIDTH * HASH_LENGTH;

/** Position of the first hash of row `height` (0…8). */
function rowStart(height: number): number {
  return 2 * TILE_WIDTH - 2 * (TILE_WIDTH >> height);
}

export class TileNodes {
  readonly #sha256: Sha256;
  readonly #hashes = new Uint8Array((2 * TILE_WIDTH - 1) * HASH_LENGTH);
  readonly #words = new Uint32Array(this.#hashes.buffer);
  #width = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** A tile from its lowest row, 1 to 256 hashes laid end to end. */
  static of(row: Uint8Array, sha256: Sha256): TileNodes {
    const tile = new TileNodes(sha256);
    const width = row.length / HASH_LENGTH;
    if (!Number.isInteger(width) || width > TILE_WIDTH) throw new RangeError(`a tile of ${row.length} bytes`);
    for (let i = 0; i < width; i++) tile.push(row, i * HASH_LENGTH);
    return tile;
  }

  /** Hashes in the lowest row, 0…256. */
  get width(): number {
    return this.#width;
  }

  /** Adds a hash at the right and every inner node it completes. */
  push(source: Uint8Array, offset = 0): void {
    let position = this.#width;
    if (position === TILE_WIDTH) throw new RangeError('the tile is full');
    const hashes = this.#hashes;
    const target = position * HASH_LENGTH;
    for (let i = 0; i < HASH_LENGTH; i++) hashes[target + i] = source[offset + i]!;
    this.#width++;
    for (let height = 0; position % 2 === 1; height++) {
      const right = (rowStart(height) + position) * HASH_WORDS;
      position = (position - 1) / 2;
      const at = (rowStart(height + 1) + position) * HASH_LENGTH;
      nodeHashInto(hashes, at, this.#words, right - HASH_WORDS, this.#words, right, this.#sha256);
    }
  }

  /** A copy of the complete inner node at `height` (0…8) and `position` of that row. */
  node(height: number, position: number): Uint8Array {
    if ((position + 1) << height > this.#width) throw new RangeError(`node ${height}/${position} of a tile of width ${this.#width}`);
    const start = (rowStart(height) + position) * HASH_LENGTH;
    return this.#hashes.slice(start, start + HASH_LENGTH);
  }

  /** The first `width` hashes of the lowest row, as they stand on the wire. */
  row(width: number): Uint8Array {
    if (width > this.#width) throw new RangeError(`${width} hashes of a tile of width ${this.#width}`);
    return this.#hashes.slice(0, width * HASH_LENGTH);
  }

  /** Forgets all hashes after the first `width`. */
  cut(width: number): void {
    if (width > this.#width) throw new RangeError(`cut to ${width} a tile of width ${this.#width}`);
    this.#width = width;
  }
}
