/**
 * Search in a register (DESIGN §5, ADR 0017): by two criteria or more, at most twenty hits, the best first, and no way to leaf on. The index has
 * keyed tokens only; they are rows of their case and leave with it. Who may ask, and that it is written down who asked, is the caller's.
 */
import { sql, type Transaction } from 'kysely';
import { tablesOf, type VaultDatabase } from '../database.ts';
import type { Epochs } from '../epochs.ts';
import type { VaultPart } from '../vault.ts';
import { SearchKeys } from './search-keys.ts';
import { createSearchTables, type SearchTables } from './search-tables.ts';
import { type Criteria, type Terms, TOKEN_BYTES, termsOf } from './search-terms.ts';

export interface SearchHit {
  /** Handle. */
  readonly case: string;
  /** How much of what was asked for it has, 1 to 100. */
  readonly score: number;
}

export interface IndexedCase {
  /** Handle. */
  readonly case: string;
  readonly criteria: Criteria;
}

export const HITS_MAX = 20;
/** Of which the twenty are chosen. */
const CANDIDATES = 100;
/** Millionths of one pair of criteria that must agree. */
const SHARE_MIN = 300_000;
/** Indexed in one transaction. */
const CASES_MAX = 20_000;
/** Rows of one statement. */
const AT_ONCE = 500;
const MILLION = 1_000_000;

type Rows = Pick<Transaction<SearchTables>, 'selectFrom' | 'insertInto' | 'deleteFrom'>;

export class Search implements VaultPart {
  readonly keyTables = ['search_key'];
  #database: VaultDatabase<SearchTables> | undefined;
  #keys: SearchKeys | undefined;

  async create(database: VaultDatabase<never>): Promise<void> {
    this.#database = tablesOf<SearchTables>(database);
    await createSearchTables(this.#database);
  }

  /** Once the vault is open: with its epochs, the keys of search can be. */
  begin(epochs: Pick<Epochs, 'newKeys' | 'open'>): void {
    this.#keys = new SearchKeys(this.#opened.database, epochs);
  }

  async indexCase(register: string, handle: string, criteria: Criteria): Promise<void> {
    await this.indexCases(register, [{ case: handle, criteria }]);
  }

  /** At most 20,000, in one transaction. What a case had before is replaced. */
  async indexCases(register: string, cases: readonly IndexedCase[]): Promise<void> {
    if (cases.length > CASES_MAX) throw new RangeError(`${cases.length} cases at once`);
    const { database, keys } = this.#ready;
    const { id, key } = await keys.newest(register);
    const made = cases.map(({ case: handle, criteria }) => ({ handle, of: termsOf(criteria, key, false) }));
    const rows = made.map(({ handle, of }) => ({ case: handle, register, key: id, length: of.length, tokens: joined(of) }));
    const pairs = made.flatMap(({ handle, of }) => of.terms.map(({ token }) => `${Buffer.from(token).toString('hex')}${handle}`));
    const handles = made.map(({ handle }) => handle);
    await database.db.transaction().execute(async (into) => {
      await remove(handles, into);
      for (let n = 0; n < rows.length; n += AT_ONCE) {
        await into
          .insertInto('search_case')
          .values(rows.slice(n, n + AT_ONCE))
          .execute();
      }
      // One statement, sorted by the database: so many tokens at once touch each page of the index once.
      await (database.kind === 'sqlite'
        ? sql`INSERT INTO search_token (token, "case") SELECT unhex(substr(value, 1, 16)), unhex(substr(value, 17))
            FROM json_each(${JSON.stringify(pairs)}) ORDER BY value`
        : sql`INSERT INTO search_token (token, "case") SELECT decode(substr(value, 1, 16), 'hex'), decode(substr(value, 17), 'hex')
            FROM json_array_elements_text(CAST(${JSON.stringify(pairs)} AS json)) AS one (value) ORDER BY value`
      ).execute(into);
    });
  }

  /** Best first, at most twenty. Throws `SearchRefused` on a question that is too wide. */
  async find(register: string, criteria: Criteria): Promise<readonly SearchHit[]> {
    const { database, keys } = this.#ready;
    // Asked before there is a key, a wrong question is refused all the same.
    const asked = termsOf(criteria, new Uint8Array(0), true);
    const found: (SearchHit & { readonly alike: number })[] = [];
    for (const { key } of await keys.of(register)) found.push(...(await this.#findUnder(database, termsOf(criteria, key, true))));
    const max = asked.pairs * MILLION;
    return found
      .sort((a, b) => b.score - a.score || b.alike - a.alike || (a.case < b.case ? -1 : 1))
      .slice(0, HITS_MAX)
      .map(({ case: handle, score }) => ({ case: handle, score: Math.max(1, Math.round((100 * score) / max)) }));
  }

  /** What it has of these cases leaves; within the caller's transaction. */
  async erase(handles: readonly string[], rows: Transaction<never>): Promise<void> {
    await remove(handles, rows as unknown as Transaction<SearchTables>);
  }

  /** The same in a transaction of its own. */
  async forget(handle: string): Promise<void> {
    const { database } = this.#opened;
    await database.db.transaction().execute((rows) => remove([handle], rows));
    await database.shred();
  }

  /** Each minute: with a new epoch there are new keys; cases under old ones are `behind`, and keys without cases end. */
  async tick(): Promise<void> {
    const { keys } = this.#ready;
    await keys.renew();
    await keys.drop();
  }

  /** Cases to be indexed again, from what the vault holds of them. */
  async behind(limit: number): Promise<readonly { readonly case: string; readonly register: string }[]> {
    const { db } = this.#opened.database;
    const newest = db
      .selectFrom('search_key')
      .select((eb) => eb.fn.max('id').as('id'))
      .groupBy('register');
    const old = db.selectFrom('search_key').select('id').where('id', 'not in', newest);
    return await db.selectFrom('search_case').select(['case', 'register']).where('key', 'in', old).limit(limit).execute();
  }

  async #findUnder(
    { db, kind }: VaultDatabase<SearchTables>,
    { terms, length }: Terms,
  ): Promise<readonly (SearchHit & { alike: number })[]> {
    const typed = kind === 'sqlite' ? sql.raw('') : sql.raw('::bytea');
    const values = sql.join(terms.map(({ token, weight }) => sql`(${token}${typed}, ${sql.lit(weight)})`));
    // The terms come first, or SQLite might read the whole index.
    const { rows } = await sql<{ readonly case: string; readonly score: number; readonly length: number }>`
      WITH sought (token, weight) AS (VALUES ${values}),
      best AS (
        SELECT found."case" AS handle, SUM(sought.weight) AS score FROM sought CROSS JOIN search_token AS found
        WHERE found.token = sought.token GROUP BY found."case" HAVING SUM(sought.weight) >= ${sql.lit(SHARE_MIN)}
        ORDER BY score DESC LIMIT ${sql.lit(CANDIDATES)}
      )
      SELECT of_case."case", best.score, of_case.length FROM best CROSS JOIN search_case AS of_case
      WHERE of_case."case" = ${kind === 'sqlite' ? sql.raw('lower(hex(best.handle))') : sql.raw("encode(best.handle, 'hex')")}`.execute(db);
    return rows.map((row) => ({ case: row.case, score: Number(row.score), alike: -Math.abs(row.length - length) }));
  }

  get #opened(): { readonly database: VaultDatabase<SearchTables> } {
    if (this.#database === undefined) throw new Error('search has no tables yet');
    return { database: this.#database };
  }

  get #ready(): { readonly database: VaultDatabase<SearchTables>; readonly keys: SearchKeys } {
    if (this.#keys === undefined) throw new Error('search has no keys yet');
    return { ...this.#opened, keys: this.#keys };
  }
}

function joined({ terms }: Terms): Uint8Array {
  return Buffer.concat(terms.map(({ token }) => token));
}

/** Each token is found by its row's own key: what this costs does not depend on how many cases there are. */
async function remove(handles: readonly string[], rows: Rows): Promise<void> {
  for (let n = 0; n < handles.length; n += AT_ONCE) {
    const some = handles.slice(n, n + AT_ONCE);
    for (const { case: handle, tokens } of await rows
      .deleteFrom('search_case')
      .where('case', 'in', some)
      .returning(['case', 'tokens'])
      .execute()) {
      const of = Array.from({ length: tokens.length / TOKEN_BYTES }, (_, k) => tokens.subarray(k * TOKEN_BYTES, (k + 1) * TOKEN_BYTES));
      for (let k = 0; k < of.length; k += AT_ONCE) {
        await rows
          .deleteFrom('search_token')
          .where('token', 'in', of.slice(k, k + AT_ONCE))
          .where('case', '=', Buffer.from(handle, 'hex'))
          .execute();
      }
    }
  }
}
