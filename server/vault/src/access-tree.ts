/**
 * The tree of one agency's access log, opened from its rows and tiles. core's LogTree reads tiles at once, a database answers later: so a
 * proof that misses a tile is asked for again once the tile is here.
 */
import { accessLeaf, accessLeafHash, type FullTile, LogTree, TILE_WIDTH } from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import { type AccessTables, rowOf, type SaltedRow } from './access-tables.ts';
import type { VaultDatabase } from './database.ts';

type Sha256 = Crypto['sha256'];

/** What the database holds of the log is not whole: nothing more is written to it, and nothing of a person read. */
export class AccessLogDamaged extends Error {
  override readonly name = 'AccessLogDamaged';
}

class TileMissing extends Error {
  readonly level: number;
  readonly at: number;
  constructor(level: number, at: number) {
    super(`tile ${at} of level ${level}`);
    this.level = level;
    this.at = at;
  }
}

/** A proof goes down two edges of a tree of at most 8 levels. */
const MISSES_MAX = 64;
const HASH_LENGTH = 32;

export function leafHashOf({ row, salt }: SaltedRow, sha256: Sha256): Uint8Array {
  return accessLeafHash(accessLeaf(row, salt, sha256), sha256);
}

export class AccessTree {
  readonly #database: VaultDatabase<AccessTables>;
  readonly #agency: string;
  readonly #tiles: Map<string, Uint8Array>;
  readonly #tree: LogTree;

  private constructor(database: VaultDatabase<AccessTables>, agency: string, tiles: Map<string, Uint8Array>, make: () => LogTree) {
    this.#database = database;
    this.#agency = agency;
    this.#tiles = tiles;
    this.#tree = make();
    tiles.clear();
  }

  static async open(database: VaultDatabase<AccessTables>, agency: string, sha256: Sha256): Promise<AccessTree> {
    const size = await countRows(database, agency);
    const tiles = new Map<string, Uint8Array>();
    const of = database.db.selectFrom('access_tile').selectAll().where('agency', '=', agency);
    for (let level = 0, count = Math.floor(size / TILE_WIDTH); count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const from = count - (count % TILE_WIDTH);
      for (const { at, hashes } of await of.where('level', '=', level).where('at', '>=', from).execute())
        tiles.set(`${level}/${at}`, hashes);
      if (tiles.size > 0 && !tiles.has(`${level}/${count - 1}`) && count % TILE_WIDTH > 0)
        throw new AccessLogDamaged(`${agency}: a tile is gone`);
    }
    const first = size - (size % TILE_WIDTH);
    const rows = await database.db
      .selectFrom('access')
      .selectAll()
      .where('agency', '=', agency)
      .where('seq', '>=', first)
      .orderBy('seq')
      .execute();
    const beyond = await of
      .where('level', '=', 0)
      .where('at', '>=', first / TILE_WIDTH)
      .limit(1)
      .execute();
    if (beyond.length > 0 || rows.some(({ seq }, n) => seq !== first + n)) throw new AccessLogDamaged(`${agency}: rows are gone`);
    const tail = new Uint8Array(rows.length * HASH_LENGTH);
    for (const [n, row] of rows.entries()) tail.set(leafHashOf(rowOf(row), sha256), n * HASH_LENGTH);
    const read = (level: number, at: number): Uint8Array => {
      const found = tiles.get(`${level}/${at}`);
      if (found === undefined) throw new TileMissing(level, at);
      return found;
    };
    try {
      return new AccessTree(database, agency, tiles, () => new LogTree(sha256, size, read, tail));
    } catch (error) {
      throw error instanceof TileMissing ? new AccessLogDamaged(`${agency}: ${error.message} is gone`) : error;
    }
  }

  get size(): number {
    return this.#tree.size;
  }

  append(leafHash: Uint8Array): void {
    this.#tree.append(leafHash);
  }

  takeFullTiles(): readonly FullTile[] {
    return this.#tree.takeFullTiles();
  }

  /** Asks the tree, with tiles that it misses brought from the database. */
  async ask<T>(question: (tree: Pick<LogTree, 'root' | 'inclusion' | 'consistency'>) => T): Promise<T> {
    for (let misses = 0; misses < MISSES_MAX; misses++) {
      try {
        const answer = question(this.#tree);
        if (misses > 0) this.#tiles.clear();
        return answer;
      } catch (error) {
        if (!(error instanceof TileMissing)) throw error;
        await this.#bring(error);
      }
    }
    throw new AccessLogDamaged(`${this.#agency}: a proof asks for too many tiles`);
  }

  async #bring({ level, at, message }: TileMissing): Promise<void> {
    const { db } = this.#database;
    const tile = await db
      .selectFrom('access_tile')
      .select('hashes')
      .where('agency', '=', this.#agency)
      .where('level', '=', level)
      .where('at', '=', at)
      .executeTakeFirst();
    if (tile === undefined) throw new AccessLogDamaged(`${this.#agency}: ${message} is gone`);
    this.#tiles.set(`${level}/${at}`, tile.hashes);
  }
}

async function countRows({ db }: VaultDatabase<AccessTables>, agency: string): Promise<number> {
  const last = await db.selectFrom('access').select('seq').where('agency', '=', agency).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last === undefined ? 0 : last.seq + 1;
}
