/**
 * The log's Merkle tree as it grows (RFC 9162 §2.1), laid out in tiles (C2SP tlog-tiles).
 *
 * It never holds the whole tree: only the rightmost tile of each level with all its inner nodes, and a few older
 * tiles. So a proof for a fresh leaf costs no more hashing than the right edge, and memory does not grow with the
 * ledger. Full tiles that are not at hand are read from the store by the function given at opening.
 *
 * Who owns what: the tree owns hashes; the store owns tiles and leaves. `takeFullTiles` hands over what the store
 * must keep; until the next call the tree answers from its own copies.
 */
import { emptyRoot, HASH_LENGTH, nodeHash, type Sha256 } from './merkle-hash.ts';
import { TILE_HEIGHT, TILE_WIDTH, TileNodes } from './tile-nodes.ts';

/** A full tile (256 hashes, 8,192 bytes) at `level` and `index`, or nothing if the store has none. */
export type ReadTile = (level: number, index: number) => Uint8Array | undefined;

export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** Older tiles kept with their inner nodes: 64 of 16 KiB. */
const KEPT_TILES = 64;
/** Tree sizes are exact integers (the checkpoint's decimal line is read into a number). */
const MAX_SIZE = Number.MAX_SAFE_INTEGER;

/** Leaves that one tile of each level spans: 256, 256², … */
const TILE_SPANS: number[] = [];
for (let level = 0, span = TILE_WIDTH; level < 8; level++, span *= TILE_WIDTH) TILE_SPANS.push(span);

/** Largest power of two below n (n ≥ 2). */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

export class LogTree {
  readonly #sha256: Sha256;
  readonly #readTile: ReadTile;
  /** Rightmost tile of each level; never full. */
  readonly #edge: TileNodes[] = [];
  /** Older tiles, least recently used first; key = level + 8 · index. */
  readonly #kept = new Map<number, TileNodes>();
  #full: FullTile[] = [];
  /** Handed over last; the store may not have them yet. */
  #taken: readonly FullTile[] = [];
  #size: number;
  /** Hashes of [start, size) for one size: all proofs of one block share them. */
  readonly #ranges = new Map<number, Uint8Array>();
  #rangesSize = -1;

  /**
   * Opens the tree of `size` leaves. `tail` are the level-0 hashes after the last full level-0 tile, end to end.
   * Upper partial tiles are recomputed from the full tiles below them. Throws where the store lacks a tile.
   */
  constructor(sha256: Sha256, size: number, readTile: ReadTile, tail: Uint8Array) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a tree of ${size} leaves`);
    if (tail.length !== (size % TILE_WIDTH) * HASH_LENGTH) throw new RangeError(`a tail of ${tail.length} bytes for ${size} leaves`);
    this.#sha256 = sha256;
    this.#readTile = readTile;
    this.#size = size;
    this.#edge.push(TileNodes.of(tail, sha256));
    for (let level = 1, count = Math.floor(size / TILE_WIDTH); count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const tile = new TileNodes(sha256);
      for (let index = count - (count % TILE_WIDTH); index < count; index++) tile.push(this.#tile(level - 1, index).node(TILE_HEIGHT, 0));
      this.#edge.push(tile);
    }
  }

  /** The tree without leaves. Tiles that fall out of memory are not to be had unless `readTile` gives them. */
  static empty(sha256: Sha256, readTile: ReadTile = () => undefined): LogTree {
    return new LogTree(sha256, 0, readTile, new Uint8Array(0));
  }

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array): void {
    if (leafHash.length !== HASH_LENGTH) throw new RangeError(`a leaf hash of ${leafHash.length} bytes`);
    if (this.#size === MAX_SIZE) throw new RangeError('the tree is full');
    let hash = leafHash;
    const index = this.#size++;
    for (let level = 0; ; level++) {
      let tile = this.#edge[level];
      if (tile === undefined) {
        tile = new TileNodes(this.#sha256);
        this.#edge[level] = tile;
      }
      tile.push(hash);
      if (tile.width < TILE_WIDTH) return;
      const tileIndex = Math.floor(index / TILE_SPANS[level]!);
      this.#full.push({ level, index: tileIndex, hashes: tile.row(TILE_WIDTH) });
      this.#keep(level, tileIndex, tile);
      this.#edge[level] = new TileNodes(this.#sha256);
      hash = tile.node(TILE_HEIGHT, 0);
    }
  }

  /** Root of the first `size` leaves (default: all). */
  root(size: number = this.#size): Uint8Array {
    this.#checkSize(size);
    return size === 0 ? emptyRoot(this.#sha256) : this.#range(0, size);
  }

  /** Inclusion path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up (RFC 9162 §2.1.3.1). */
  inclusion(index: number, size: number = this.#size): Uint8Array[] {
    this.#checkSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`leaf ${index} of a tree of ${size}`);
    const path: Uint8Array[] = [];
    let start = 0;
    let end = size;
    while (end - start > 1) {
      const middle = start + splitPoint(end - start);
      if (index < middle) {
        path.push(this.#range(middle, end));
        end = middle;
      } else {
        path.push(this.#range(start, middle));
        start = middle;
      }
    }
    return path.reverse();
  }

  /** Consistency proof from the tree of `from` leaves to that of `to` (RFC 9162 §2.1.4.1); empty when `from` is 0 or equals `to`. */
  consistency(from: number, to: number = this.#size): Uint8Array[] {
    this.#checkSize(to);
    if (!Number.isSafeInteger(from) || from < 0 || from > to) throw new RangeError(`from ${from} to ${to} leaves`);
    if (from === 0 || from === to) return [];
    const proof: Uint8Array[] = [];
    let start = 0;
    let end = to;
    // `from` seen from `start`; the old tree is the whole left part as long as we have only gone left.
    while (from !== end) {
      const middle = start + splitPoint(end - start);
      if (from <= middle) {
        proof.push(this.#range(middle, end));
        end = middle;
      } else {
        proof.push(this.#range(start, middle));
        start = middle;
      }
    }
    if (start !== 0) proof.push(this.#range(start, end));
    return proof.reverse();
  }

  /** Tiles that became full since the last call, in the order in which they did. */
  takeFullTiles(): FullTile[] {
    const full = this.#full;
    this.#full = [];
    this.#taken = full;
    return full;
  }

  /** The first `width` hashes (1…256) of a tile, or nothing if the tree does not reach so far. */
  tile(level: number, index: number, width: number): Uint8Array | undefined {
    if (!Number.isSafeInteger(level) || level < 0 || level > 7 || !Number.isSafeInteger(index) || index < 0) return undefined;
    if (!Number.isSafeInteger(width) || width < 1 || width > TILE_WIDTH) return undefined;
    const edge = this.#edge[level];
    if (edge === undefined) return undefined;
    const edgeIndex = this.#edgeIndex(level);
    if (index > edgeIndex || (index === edgeIndex && width > edge.width)) return undefined;
    return this.#tile(level, index).row(width);
  }

  /**
   * Forgets every leaf after the first `size`: for an engine whose store refused the block. Works as far back as the
   * tiles in memory and in the store reach; throws otherwise.
   */
  rewind(size: number): void {
    this.#checkSize(size);
    const edges: TileNodes[] = [];
    for (let level = 0, count = size; level === 0 || count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const tile = width === 0 ? new TileNodes(this.#sha256) : this.#tile(level, Math.floor(count / TILE_WIDTH));
      tile.cut(width);
      edges.push(tile);
    }
    this.#edge.splice(0, this.#edge.length, ...edges);
    for (const [key] of this.#kept) {
      const level = key % 8;
      if ((Math.floor(key / 8) + 1) * TILE_SPANS[level]! > size) this.#kept.delete(key);
    }
    const stays = ({ level, index }: FullTile): boolean => (index + 1) * TILE_SPANS[level]! <= size;
    this.#full = this.#full.filter(stays);
    this.#taken = this.#taken.filter(stays);
    this.#size = size;
    this.#rangesSize = -1;
  }

  #checkSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size) throw new RangeError(`${size} of ${this.#size} leaves`);
  }

  #edgeIndex(level: number): number {
    return Math.floor(this.#size / TILE_SPANS[level]!);
  }

  /** Hash of leaves [start, end), where `start` is a multiple of the largest power of two in the range. */
  #range(start: number, end: number): Uint8Array {
    const count = end - start;
    let height = 0;
    let span = 1;
    for (; span * 2 <= count; span *= 2) height++;
    if (span === count) return this.#node(height, start / span);
    if (end !== this.#rangesSize) {
      this.#ranges.clear();
      this.#rangesSize = end;
    }
    const known = this.#ranges.get(start);
    if (known !== undefined) return known;
    const hash = nodeHash(this.#range(start, start + span), this.#range(start + span, end), this.#sha256);
    this.#ranges.set(start, hash);
    return hash;
  }

  /** The perfect subtree of `height` at `index` of its row. */
  #node(height: number, index: number): Uint8Array {
    const level = Math.floor(height / TILE_HEIGHT);
    const inner = height % TILE_HEIGHT;
    const rowWidth = TILE_WIDTH >> inner;
    return this.#tile(level, Math.floor(index / rowWidth)).node(inner, index % rowWidth);
  }

  #tile(level: number, index: number): TileNodes {
    const edge = this.#edge[level];
    if (edge !== undefined && index === this.#edgeIndex(level)) return edge;
    const key = level + 8 * index;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const isIt = (tile: FullTile): boolean => tile.level === level && tile.index === index;
    const hashes = (this.#full.find(isIt) ?? this.#taken.find(isIt))?.hashes ?? this.#readTile(level, index);
    if (hashes === undefined) throw new Error(`tile ${level}/${index} is missing from the store`);
    if (hashes.length !== TILE_WIDTH * HASH_LENGTH) throw new Error(`tile ${level}/${index} has ${hashes.length} bytes in the store`);
    const tile = TileNodes.of(hashes, this.#sha256);
    this.#keep(level, index, tile);
    return tile;
  }

  #keep(level: number, index: number, tile: TileNodes): void {
    this.#kept.set(level + 8 * index, tile);
    if (this.#kept.size > KEPT_TILES) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
  }
}
