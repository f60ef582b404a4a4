/**
 * Where the vault's rows lie: `vault.db` in the data directory (node:sqlite), or PostgreSQL ≥ 15 in production. Rows cannot be rebuilt, so every
 * transaction is on disk when it is answered (DESIGN §5, "Vault and text store"). Each part of the vault declares its own tables.
 */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';

/** A folder with `vault.db`, or a PostgreSQL connection string. */
export type VaultPlace = { readonly dir: string } | { readonly url: string };

/** What a column is called in either database. Integers come back as numbers: nothing in the vault exceeds 2^53−1. */
export interface ColumnTypes {
  /** A number that the database gives each row, ascending: its primary key. */
  readonly serial: string;
  readonly bytes: string;
  readonly integer: string;
  readonly text: string;
}

export interface VaultDatabase<Tables> {
  readonly kind: 'sqlite' | 'postgres';
  readonly types: ColumnTypes;
  /** A transaction (`db.transaction()`) is durable once it is answered. Within one, `db` itself must not be asked: there is one connection. */
  readonly db: Kysely<Tables>;
  /** A transaction that may be lost with the power. */
  hastily(work: (rows: Transaction<Tables>) => Promise<void>): Promise<void>;
  /** What was removed leaves the file as well. Called after removals; waits for nobody who reads: tried again until it is so. */
  shred(): Promise<void>;
  close(): Promise<void>;
}

/** The same database, as a part that has tables of its own sees it. All parts share one: a second connection would wait for the first for ever. */
export function tablesOf<Tables>(database: VaultDatabase<never>): VaultDatabase<Tables> {
  return database as unknown as VaultDatabase<Tables>;
}

const SCHEMA = 'tabularium_vault';
const SQLITE_FULL = 13;
const RETRY_MS = 1_000;
/** Statements kept ready; those of batches differ in length. */
const STATEMENTS_MAX = 64;
/** PostgreSQL's number for `bigint`. */
const INT8 = 20;

/** `readOnly`: for whoever audits; nothing is made where nothing is. */
export async function openVaultDatabase<Tables>(
  place: VaultPlace,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<VaultDatabase<Tables>> {
  return 'dir' in place ? openSqlite(join(place.dir, 'vault.db'), readOnly) : await openPostgres(place.url, readOnly);
}

function openSqlite<Tables>(path: string, readOnly: boolean): VaultDatabase<Tables> {
  const file = new DatabaseSync(path, { readOnly, timeout: 5_000 });
  // secure_delete overwrites what is removed; the write-ahead file is emptied by `shred`.
  if (!readOnly) file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapterOf(file) }) });
  let retry: NodeJS.Timeout | undefined;
  const shred = async (): Promise<void> => {
    clearTimeout(retry);
    let emptied = false;
    try {
      emptied = (await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db)).rows[0]?.busy === 0;
    } catch (error) {
      // No room: what was removed stays in the write-ahead file until the next time.
      if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL)) throw error;
    }
    // A reader (a backup) holds the file back, or the disk is full.
    if (!emptied && file.isOpen) retry = setTimeout(() => void shred().catch(() => {}), RETRY_MS).unref();
  };
  const hastily = (work: (rows: Transaction<Tables>) => Promise<void>): Promise<void> =>
    db.connection().execute(async (one) => {
      await sql`PRAGMA synchronous = NORMAL`.execute(one);
      try {
        await one.transaction().execute(work);
      } finally {
        await sql`PRAGMA synchronous = FULL`.execute(one);
      }
    });
  const close = async (): Promise<void> => {
    clearTimeout(retry);
    await db.destroy();
  };
  const types = { bytes: 'BLOB', integer: 'INTEGER', text: 'TEXT', serial: 'INTEGER PRIMARY KEY' };
  return { kind: 'sqlite', types, db, hastily, shred, close };
}

/** kysely speaks better-sqlite3; this is the whole difference. Statements are kept ready. */
function adapterOf(file: DatabaseSync): SqliteDatabase {
  const ready = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    close: () => file.close(),
    prepare: (text) => {
      // A full disk has ended the transaction already: what went wrong is to be said, and not that there is nothing to take back.
      const asked = text === 'rollback' && !file.isTransaction ? 'SELECT 1' : text;
      const known = ready.get(asked);
      if (known !== undefined) return known;
      const statement = file.prepare(asked);
      const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      const made = {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...bound(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...bound(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...bound(parameters)) as IterableIterator<unknown>,
      };
      if (ready.size === STATEMENTS_MAX) ready.delete(ready.keys().next().value!);
      ready.set(asked, made);
      return made;
    },
  };
}

async function openPostgres<Tables>(url: string, readOnly: boolean): Promise<VaultDatabase<Tables>> {
  const types: pg.CustomTypesConfig = {
    getTypeParser: ((id: number) => (id === INT8 ? Number : pg.types.getTypeParser(id))) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({ connectionString: url, max: 5, options: `-c search_path=${SCHEMA},public -c statement_timeout=30000`, types });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  if (!readOnly) await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(SCHEMA)}`.execute(db);
  return {
    kind: 'postgres',
    types: { bytes: 'bytea', integer: 'bigint', text: 'text COLLATE "C"', serial: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY' },
    db,
    hastily: (work) =>
      db.transaction().execute(async (rows) => {
        await sql`SET LOCAL synchronous_commit = off`.execute(rows);
        await work(rows);
      }),
    // Dead rows hold ciphertexts and keys wrapped by an epoch's key: they end with it, as those in backups do.
    shred: async () => {},
    close: () => db.destroy(),
  };
}
