/**
 * The projection in PostgreSQL ≥ 15, chosen by `DATABASE_URL`. All tables stand in one SQL schema of their own,
 * so that throwing the projection away touches nothing else in that database.
 *
 * One session holds an advisory lock while the node runs: two nodes must not fold into the same tables.
 */
import { type Expression, Kysely, PostgresDialect, type SqlBool, sql } from 'kysely';
import pg from 'pg';
import type { Relation, Schema } from './relations.ts';
import type { ChangeGroup } from './row-changes.ts';
import { type FullText, onConflict, type Progress, quoted, type SqlDatabase, type Tables, type Where } from './sql-database.ts';

const SCHEMA = 'tabularium';
const COLUMN_TYPES = {
  text: 'text COLLATE "C"',
  integer: 'bigint DEFAULT 0',
  money: 'bigint DEFAULT 0',
  time: 'bigint',
  boolean: 'boolean',
} as const;
const ARRAY_TYPES = { text: 'text[]', integer: 'bigint[]', money: 'bigint[]', time: 'bigint[]', boolean: 'boolean[]' } as const;
/** Any fixed number; "tabulari" in ASCII. */
const LOCK = 8386103177104880233n;

export class PostgresDatabase implements SqlDatabase {
  readonly #pool: pg.Pool;
  #writer: pg.PoolClient | undefined;
  readonly reader: Kysely<Tables>;
  readonly fullText: FullText = { matches };

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 5, options: `-c search_path=${SCHEMA},public -c statement_timeout=30000` });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
    this.reader = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.#pool }) });
  }

  async load(): Promise<Progress | undefined> {
    const writer = await this.#connect();
    const there = await writer.query('SELECT to_regclass($1) IS NOT NULL AS there', [`${SCHEMA}.progress`]);
    if (there.rows[0].there !== true) return undefined;
    const { rows } = await writer.query('SELECT schema, height, mark FROM progress');
    return rows.length === 0 ? undefined : { schema: rows[0].schema, height: Number(rows[0].height), mark: rows[0].mark };
  }

  async recreate(schema: Schema): Promise<void> {
    await this.#transaction(async (writer) => {
      await writer.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
      await writer.query('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public');
      await writer.query(`CREATE SCHEMA ${SCHEMA}`);
      for (const relation of schema.relations.values()) for (const statement of tableStatements(relation)) await writer.query(statement);
      await writer.query(
        'CREATE TABLE progress (one integer PRIMARY KEY CHECK (one = 1), schema text NOT NULL, height bigint NOT NULL, mark text NOT NULL)',
      );
      await writer.query("INSERT INTO progress VALUES (1, $1, 0, '')", [schema.hash]);
    });
  }

  async write(groups: readonly ChangeGroup[], progress: Progress): Promise<void> {
    await this.#transaction(async (writer) => {
      for (const group of groups) {
        // One array per column: a single statement, whatever the number of rows.
        const arrays = group.columns.map((_, n) => group.rows.map((row) => row[n]));
        await writer.query({ text: upsertText(group), values: arrays });
      }
      await writer.query('UPDATE progress SET schema = $1, height = $2, mark = $3', [progress.schema, progress.height, progress.mark]);
    });
  }

  isDamage(error: unknown): boolean {
    // XX001 and XX002: data or index corrupted; 42P01 and 42703: a table or column is gone.
    return ['XX001', 'XX002', '42P01', '42703'].includes(String((error as { code?: unknown }).code));
  }

  /** Its pages are the server's. */
  letGo(): void {}

  async close(): Promise<void> {
    this.#writer?.release(true);
    this.#writer = undefined;
    await this.reader.destroy();
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#writer !== undefined) return this.#writer;
    const writer = await this.#pool.connect();
    try {
      const version = await writer.query('SHOW server_version_num');
      if (Number(version.rows[0].server_version_num) < 150000) throw new Error('projections need PostgreSQL 15 or newer');
      const lock = await writer.query('SELECT pg_try_advisory_lock($1) AS held', [LOCK]);
      if (lock.rows[0].held !== true) throw new Error('another node keeps its projections in this database; give each node its own');
    } catch (error) {
      writer.release(true);
      throw error;
    }
    writer.on('error', () => this.#forget(writer));
    this.#writer = writer;
    return writer;
  }

  #forget(writer: pg.PoolClient): void {
    if (this.#writer !== writer) return;
    this.#writer = undefined;
    writer.release(true);
  }

  async #transaction(work: (writer: pg.PoolClient) => Promise<void>): Promise<void> {
    const writer = await this.#connect();
    try {
      await writer.query('BEGIN');
      await work(writer);
      await writer.query('COMMIT');
    } catch (error) {
      // The session may be gone or in an unknown state: let go of it, which rolls back and frees the lock.
      this.#forget(writer);
      throw error;
    }
  }
}

function upsertText(group: ChangeGroup): string {
  const columns = group.columns.map(quoted).join(', ');
  const arrays = group.columns.map((column, n) => `$${n + 1}::${ARRAY_TYPES[group.relation.types[column] as keyof typeof ARRAY_TYPES]}`);
  return `INSERT INTO ${quoted(group.relation.name)} (${columns}) SELECT * FROM unnest(${arrays.join(', ')})${onConflict(group)}`;
}

/** The text that is searched, as one expression: it must be the same in the index and in the query. */
function searched(relation: Relation): string {
  const parts = relation.search.map((column) => `coalesce(${quoted(column)}, '')`);
  return `lower((${parts.join(` || E'\\n' || `)}) COLLATE "default")`;
}

function* tableStatements(relation: Relation): Iterable<string> {
  const table = quoted(relation.name);
  const columns = relation.columns.map((column) => {
    const type = relation.types[column] as keyof typeof COLUMN_TYPES;
    return `${quoted(column)} ${COLUMN_TYPES[type]}${relation.key.includes(column) ? ' NOT NULL' : ''}`;
  });
  yield `CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${relation.key.map(quoted).join(', ')}))`;
  for (const [n, index] of relation.indexes.entries()) {
    // Nulls come first, as in SQLite, so that lists and their cursors run alike on both.
    const parts = index.map((column) => `${quoted(column)}${relation.key.includes(column) ? '' : ' NULLS FIRST'}`);
    yield `CREATE INDEX ${quoted(`${relation.name}_${n}`)} ON ${table} (${parts.join(', ')})`;
  }
  if (relation.search.length > 0) {
    yield `CREATE INDEX ${quoted(`${relation.name}__search`)} ON ${table} USING gin ((${searched(relation)}) public.gin_trgm_ops)`;
  }
}

function matches(eb: Where, relation: Relation, terms: readonly string[]): Expression<SqlBool> {
  const text = sql.raw(searched(relation));
  return eb.and(
    terms.map((term) => {
      const pattern = `%${term.replace(/[\\%_]/g, '\\$&')}%`;
      return sql<SqlBool>`${text} LIKE lower(${pattern}::text COLLATE "default")`;
    }),
  );
}
