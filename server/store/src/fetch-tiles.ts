/**
 * Hash tiles of a log whose right edge is known (C2SP tlog-tiles), from whoever has them: each full tile is one hash in the tile above it,
 * and the topmost ones are hashes of the edge. So a wrong one is known at once, and asked for again elsewhere.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type FullTile, HASH_LENGTH, type Sha256, TILE_BYTES, TILE_WIDTH } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { LogEdge } from './log-edge.ts';
import { levelsOf, spanOf } from './snapshot-format.ts';

/** Another node's log. */
export interface TileSource {
  /** For people. */
  readonly name: string;
  /** A full tile (8,192 bytes), or nothing where it has none. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;
}

export interface TileFetch {
  /** Leaves of the log. */
  readonly size: number;
  /** The rightmost tile of each level, from level 0 up. */
  readonly edge: readonly Uint8Array[];
  readonly sources: readonly TileSource[];
  readonly sha256: Sha256;
  /** Takes tiles that were checked, those of a level before those below it. */
  readonly keep: (tiles: readonly FullTile[]) => void;
  /** One that was kept. */
  readonly kept: (level: number, index: number) => Uint8Array | undefined;
  /** Told of each wrong tile and of each source that failed. */
  readonly report: (error: unknown) => void;
  /** Before sources are asked once more. */
  readonly pauseMs?: number | undefined;
}

const AT_ONCE = 16;
const ROUNDS = 30;
const PAUSE_MS = 2_000;

/** Fetches all full tiles of the log. Throws where none of the sources has one of them for a minute. */
export async function fetchTiles(fetch: TileFetch): Promise<void> {
  const { size, edge, kept, keep } = fetch;
  for (let level = levelsOf(size) - 2; level >= 0; level--) {
    const count = Math.floor(size / spanOf(level + 1));
    const above = Math.floor(size / spanOf(level + 2));
    const one = async (index: number): Promise<FullTile> => {
      const parent = Math.floor(index / TILE_WIDTH);
      const row = parent < above ? kept(level + 1, parent)! : edge[level + 1]!;
      const at = (index % TILE_WIDTH) * HASH_LENGTH;
      return { level, index, hashes: await fetchTile(fetch, level, index, row.subarray(at, at + HASH_LENGTH)) };
    };
    for (let from = 0; from < count; from += AT_ONCE) {
      keep(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => one(from + i))));
    }
  }
}

async function fetchTile(fetch: TileFetch, level: number, index: number, root: Uint8Array): Promise<Uint8Array> {
  const { sources, sha256, report, pauseMs = PAUSE_MS } = fetch;
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await delay(pauseMs);
    for (let turn = 0; turn < sources.length; turn++) {
      // Neighbours are asked for in different places.
      const source = sources[(index + turn) % sources.length]!;
      try {
        const hashes = await source.tile(level, index);
        if (hashes === undefined) continue;
        if (hashes.length === TILE_BYTES && equalBytes(LogEdge.tileRoot(hashes, sha256), root)) return hashes;
        report(new Error(`${source.name} gave another hash tile ${level}/${index} than this log has`));
      } catch (error) {
        report(error);
      }
    }
  }
  throw new Error(`nobody has the hash tile ${level}/${index} of this log`);
}
