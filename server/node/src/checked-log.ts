/**
 * The leaves of a log as a checkpoint covers them, from whoever gives them: the right edge of its hash tiles must have the checkpoint's root,
 * each tile the hash in the tile above it, and each leaf its hash in the tile at the bottom (C2SP tlog-tiles, "Merkle Tree"). So a leaf is
 * known to be the checkpoint's before anything is done with it, and a few tiles at a time are all that is held.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type Checkpoint, HASH_LENGTH, leafHash, TILE_WIDTH } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { LogEdge } from '@tabularium/store';
import type { LogSource } from './audit/audit-source.ts';
import { differs, readable } from './audit/difference.ts';

const { sha256 } = nodeCrypto;

interface Tile {
  readonly index: number;
  readonly hashes: Uint8Array;
}

export class CheckedLog {
  readonly #source: LogSource;
  readonly #size: number;
  /** The tile of each level that is not full, where there is one. */
  readonly #edge: (Uint8Array | undefined)[] = [];
  /** The full tile of each level that was asked for last: a log is read from left to right. */
  readonly #last: Tile[] = [];

  private constructor(source: LogSource, size: number) {
    this.#source = source;
    this.#size = size;
  }

  /** Throws `Differs` where the source's tiles do not have the checkpoint's root. */
  static async open(source: LogSource, { size, root }: Checkpoint): Promise<CheckedLog> {
    const log = new CheckedLog(source, size);
    for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      log.#edge.push(width === 0 ? undefined : await log.#fetchEdge(level, Math.floor(count / TILE_WIDTH), width));
    }
    if (!equalBytes(await log.root(size), root)) differs('checkpoint', 'the newest checkpoint', 'the hash tiles do not have its root');
    return log;
  }

  /** Root of the first `size` leaves. */
  async root(size: number): Promise<Uint8Array> {
    if (size > this.#size) throw new RangeError(`${size} of ${this.#size} leaves`);
    const rows: Uint8Array[] = [];
    for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const tile = width === 0 ? undefined : await this.#tile(level, Math.floor(count / TILE_WIDTH));
      rows.push(tile?.subarray(0, width * HASH_LENGTH) ?? new Uint8Array());
    }
    return LogEdge.of(rows, sha256).root();
  }

  /** Leaves from..to (exclusive), all of them; `to` is the log's size or a multiple of 256. Throws `Differs`. */
  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    const shown = await readable(() => this.#source.leaves(from, to), `entries ${from} to ${to - 1}`);
    const leaves: Uint8Array[] = [];
    for (let index = from; index < to; index++) {
      const place = `entry ${index}`;
      const leaf =
        shown[index - from] ??
        differs('log-incomplete', place, `the checkpoint covers ${this.#size} entries, and it is missing`, { index });
      const tile = await this.#tile(0, Math.floor(index / TILE_WIDTH));
      if (!equalBytes(leafHash(leaf, sha256), hashAt(tile, index % TILE_WIDTH)))
        differs('tile', place, 'it does not have the hash that the checkpoint covers', { index });
      leaves.push(leaf);
    }
    return leaves;
  }

  /** A tile that is known to belong under the root. */
  async #tile(level: number, index: number): Promise<Uint8Array> {
    const known = this.#last[level];
    if (known?.index === index) return known.hashes;
    const isFull = (index + 1) * TILE_WIDTH ** (level + 1) <= this.#size;
    if (!isFull) return this.#edge[level]!;
    const hashes = await this.#fetch(level, index);
    const above = await this.#tile(level + 1, Math.floor(index / TILE_WIDTH));
    if (!equalBytes(LogEdge.tileRoot(hashes, sha256), hashAt(above, index % TILE_WIDTH)))
      differs('tile', `hash tile ${level}/${index}`, 'it does not have the hash that the checkpoint covers');
    this.#last[level] = { index, hashes };
    return hashes;
  }

  async #shown(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    const hashes = await readable(() => this.#source.tile(level, index, width), `hash tile ${level}/${index}`);
    return hashes?.length === width * HASH_LENGTH ? hashes : undefined;
  }

  async #fetch(level: number, index: number, width: number = TILE_WIDTH): Promise<Uint8Array> {
    return (await this.#shown(level, index, width)) ?? differs('tile', `hash tile ${level}/${index}`, 'it is missing');
  }

  /** A source that keeps full tiles only has what the others are made of. */
  async #fetchEdge(level: number, index: number, width: number): Promise<Uint8Array> {
    const shown = await this.#shown(level, index, width);
    if (shown !== undefined) return shown;
    const row = new Uint8Array(width * HASH_LENGTH);
    const first = index * TILE_WIDTH;
    const leaves = level > 0 ? [] : await readable(() => this.#source.leaves(first, first + width), `entries from ${first} on`);
    for (let i = 0; i < width; i++) {
      const leaf = leaves[i];
      const below = level === 0 ? undefined : LogEdge.tileRoot(await this.#fetch(level - 1, first + i), sha256);
      const hash = below ?? (leaf && leafHash(leaf, sha256));
      if (hash === undefined) return differs('log-incomplete', `entry ${first + i}`, 'it is missing', { index: first + i });
      row.set(hash, i * HASH_LENGTH);
    }
    return row;
  }
}

function hashAt(row: Uint8Array, position: number): Uint8Array {
  return row.subarray(position * HASH_LENGTH, (position + 1) * HASH_LENGTH);
}
