/**
 * Who looked (docs/spec/access-log.md, ADR 0017 "Looking"): a row for every read of what the vault holds, and for every attempt, durable before
 * anything is shown. Each agency's rows are the leaves of a tree of its own, whose size and root go on the ledger; from then on a row that is
 * changed, taken out or put in is found. A row that is dropped before the first anchor over it is missed by nobody.
 */
import { ACCESS_SALT_BYTES, type AccessRow, accessCaseSalt, accessLeaf, type ShownAccess } from '@tabularium/log';
import { type Crypto, encodeBase64url, toHex } from '@tabularium/protocol';
import { type AccessTables, columnsOf, createAccessTables, rowOf, type SaltedRow } from './access-tables.ts';
import { AccessTree, leafHashOf } from './access-tree.ts';
import type { VaultDatabase } from './database.ts';

export type NewAccess = Omit<AccessRow, 'seq' | 'time'>;

export interface AccessLogOptions {
  readonly database: VaultDatabase<AccessTables>;
  readonly sha256: Crypto['sha256'];
  /** So many random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** ms UTC. */
  readonly clock: () => number;
}

/** Size and root of an agency's tree: what is anchored on the ledger. */
export interface AccessHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface ReadChoices {
  /** Whether the person must not be told of this read of this case yet. */
  readonly isWithheld: (handle: string, row: AccessRow) => boolean;
  /** ms UTC, both included. */
  readonly since?: number;
  readonly until?: number;
}

/** A row as the person of a case may see it; `of` is the case that lets them. */
export interface SeenAccess extends SaltedRow {
  readonly of: string;
}

interface Waiting {
  readonly access: NewAccess;
  readonly done: (row: AccessRow) => void;
  readonly failed: (error: unknown) => void;
}

/** Rows in one transaction. */
const BATCH_MAX = 500;
/** Rows that wait for the disk; whoever comes beyond them is not shown anything. */
const WAITING_MAX = 20_000;
/** The newest rows that a person is shown of all their cases. */
const SEEN_MAX = 10_000;
const CASES_MAX = 1_000;
const TEXT_MAX = 256;
/** Bound parameters of one statement. */
const AT_ONCE = 500;

export class AccessLogBusy extends Error {
  override readonly name = 'AccessLogBusy';
}

export class AccessLog {
  readonly #options: AccessLogOptions;
  readonly #trees = new Map<string, Promise<AccessTree>>();
  readonly #durable = new Map<string, number>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  static async open(options: AccessLogOptions): Promise<AccessLog> {
    await createAccessTables(options.database);
    return new AccessLog(options);
  }

  /** Resolves with the row once it is durable; calls of one turn share one transaction. Where it rejects, nothing may be shown. */
  append(access: NewAccess): Promise<AccessRow> {
    check(access);
    if (this.#waiting.length >= WAITING_MAX) return Promise.reject(new AccessLogBusy('too many rows wait for the disk'));
    const { promise, resolve: done, reject: failed } = Promise.withResolvers<AccessRow>();
    this.#waiting.push({ access, done, failed });
    this.#writing ??= this.#writeAll();
    return promise;
  }

  /** Size and root now; every row in it is durable. */
  async head(agency: string): Promise<AccessHead> {
    const tree = await this.#tree(agency);
    const size = this.#durable.get(agency) ?? 0;
    return { size, root: await tree.ask((one) => one.root(size)) };
  }

  /** Root of the first `size` rows. Throws RangeError beyond the newest. */
  async rootAt(agency: string, size: number): Promise<Uint8Array> {
    return await (await this.#tree(agency)).ask((tree) => tree.root(size));
  }

  /** RFC 9162 §2.1.4: that the first `from` rows are still the first ones among `to`. */
  async consistency(agency: string, from: number, to: number): Promise<readonly Uint8Array[]> {
    return await (await this.#tree(agency)).ask((tree) => tree.consistency(from, to));
  }

  /** RFC 9162 §2.1.3: that row `seq` stands in the tree of the first `size` rows. */
  async inclusion(agency: string, seq: number, size: number): Promise<readonly Uint8Array[]> {
    return await (await this.#tree(agency)).ask((tree) => tree.inclusion(seq, size));
  }

  /** Rows about any of these cases, newest first, without those withheld from the person; at most 10,000. */
  async ofCases(
    handles: readonly string[],
    { isWithheld, since = 0, until = Number.MAX_SAFE_INTEGER }: ReadChoices,
  ): Promise<readonly SeenAccess[]> {
    if (handles.length > CASES_MAX) throw new RangeError(`${handles.length} cases`);
    if (handles.length === 0) return [];
    const { db } = this.#options.database;
    const rows = await db
      .selectFrom((from) => from.selectFrom('access_case').select(['agency', 'seq']).distinct().where('case', 'in', handles).as('found'))
      .innerJoin('access', (join) => join.onRef('access.agency', '=', 'found.agency').onRef('access.seq', '=', 'found.seq'))
      .selectAll('access')
      .where('time', '>=', since)
      .where('time', '<=', until)
      .orderBy('time', 'desc')
      .orderBy('access.seq', 'desc')
      .limit(SEEN_MAX)
      .execute();
    return rows.map(rowOf).flatMap(({ row, salt }): SeenAccess[] => {
      const of = row.cases.find((handle) => handles.includes(handle) && !isWithheld(handle, row));
      return of === undefined ? [] : [{ row, salt, of }];
    });
  }

  /** The row as its person is shown it, with its proof in the tree of the first `size` rows. */
  async shown({ row, salt, of }: SeenAccess, size: number): Promise<ShownAccess> {
    const { sha256 } = this.#options;
    const path = await this.inclusion(row.agency, row.seq, size);
    return {
      leaf: accessLeaf(row, salt, sha256),
      case: of,
      salt: toHex(accessCaseSalt(of, salt, sha256)),
      size,
      path: path.map(encodeBase64url),
    };
  }

  /** Time of the oldest row, ms UTC; undefined where there is none. */
  async begun(agency: string): Promise<number | undefined> {
    const { db } = this.#options.database;
    const first = await db.selectFrom('access').select('time').where('agency', '=', agency).orderBy('seq').limit(1).executeTakeFirst();
    return first?.time;
  }

  /** Waits for what was appended. The database is the caller's. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #tree(agency: string): Promise<AccessTree> {
    const known = this.#trees.get(agency);
    if (known !== undefined) return await known;
    const opening = AccessTree.open(this.#options.database, agency, this.#options.sha256);
    this.#trees.set(agency, opening);
    try {
      const tree = await opening;
      this.#durable.set(agency, tree.size);
      return tree;
    } catch (error) {
      this.#trees.delete(agency);
      throw error;
    }
  }

  async #writeAll(): Promise<void> {
    // The turn ends first, so that all its calls are here.
    await new Promise((next) => setImmediate(next));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        const rows = await this.#write(batch.map(({ access }) => access));
        for (const [n, { done }] of batch.entries()) done(rows[n]!);
      } catch (error) {
        // The trees hold leaves that are not there: they are opened anew.
        for (const { access } of batch) this.#trees.delete(access.agency);
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(batch: readonly NewAccess[]): Promise<readonly AccessRow[]> {
    const { database, sha256, random, clock } = this.#options;
    const trees = new Map<string, AccessTree>();
    for (const { agency } of batch) if (!trees.has(agency)) trees.set(agency, await this.#tree(agency));
    const salted = batch.map((access): SaltedRow => {
      const tree = trees.get(access.agency)!;
      const one = { row: { ...access, seq: tree.size, time: clock() }, salt: random(ACCESS_SALT_BYTES) };
      tree.append(leafHashOf(one, sha256));
      return one;
    });
    const cases = salted.flatMap(({ row: { agency, seq, cases: handles } }) =>
      [...new Set(handles)].map((handle) => ({ case: handle, agency, seq })),
    );
    const tiles = [...trees].flatMap(([agency, tree]) =>
      tree.takeFullTiles().map(({ level, index, hashes }) => ({ agency, level, at: index, hashes })),
    );
    await database.db.transaction().execute(async (rows) => {
      for (let n = 0; n < salted.length; n += AT_ONCE) {
        await rows
          .insertInto('access')
          .values(salted.slice(n, n + AT_ONCE).map(columnsOf))
          .execute();
      }
      for (let n = 0; n < cases.length; n += AT_ONCE) {
        await rows
          .insertInto('access_case')
          .values(cases.slice(n, n + AT_ONCE))
          .execute();
      }
      for (const tile of tiles) await rows.insertInto('access_tile').values(tile).execute();
    });
    for (const [agency, tree] of trees) this.#durable.set(agency, tree.size);
    return salted.map(({ row }) => row);
  }
}

const HANDLE = /^[0-9a-f]{32}$/;

/** Whatever a caller does not check itself is refused here: no name and no free text gets into a row. */
function check({ cases, ...texts }: NewAccess): void {
  if (cases.length > CASES_MAX || !cases.every((handle) => HANDLE.test(handle)))
    throw new RangeError('a row names at most 1,000 cases by their handles');
  for (const text of Object.values(texts)) {
    if (text !== undefined && (text.length > TEXT_MAX || !/^[\x20-\x7e]*$/.test(text))) throw new RangeError('a row holds codes only');
  }
}
