/**
 * Where the vault's rows lie: `vault.db` in the data directory (node:sqlite), or PostgreSQL ≥ 15 in production. Rows cannot be rebuilt, so every
 * transaction is on disk when it is answered (DESIGN §5, "Vault and text store"). Each part of the vault declares its own tables.
 */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import pg from 'pg';

/** A folder with `vault.db`, or a PostgreSQL connection string. */
export type VaultPlace = { readonly dir: string } | { readonly url: string };

/** What a column is called in either database. Integers come back as numbers: nothing in the vault exceeds 2^53−1. */
export interface ColumnTypes {
  readonly bytes: string;
  readonly integer: string;
  readonly text: string;
}

export interface VaultDatabase<Tables> {
  readonly kind: 'sqlite' | 'postgres';
  readonly types: ColumnTypes;
  /** A transaction (`db.transaction()`) is durable once it is answered. */
  readonly db: Kysely<Tables>;
  /** What was removed leaves the file as well. Called after removals; waits for nobody who reads. */
  shred(): Promise<void>;
  close(): Promise<void>;
}

const SCHEMA = 'tabularium_vault';
const SQLITE_FULL = 13;
/** PostgreSQL's number for `bigint`. */
const INT8 = 20;

export async function openVaultDatabase<Tables>(place: VaultPlace): Promise<VaultDatabase<Tables>> {
  return 'dir' in place ? openSqlite(join(place.dir, 'vault.db')) : await openPostgres(place.url);
}

function openSqlite<Tables>(path: string): VaultDatabase<Tables> {
  const file = new DatabaseSync(path);
  // secure_delete overwrites what is removed; the write-ahead file is emptied by `shred`.
  file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000');
  // kysely speaks better-sqlite3; this is the whole difference.
  const adapter = {
    close: () => file.close(),
    prepare: (text: string) => {
      const statement = file.prepare(text);
      const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...bound(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...bound(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...bound(parameters)),
      };
    },
  };
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapter }) });
  const shred = async (): Promise<void> => {
    try {
      file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    } catch (error) {
      // No room: what was removed stays in the write-ahead file until the next time.
      if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL)) throw error;
    }
  };
  return { kind: 'sqlite', types: { bytes: 'BLOB', integer: 'INTEGER', text: 'TEXT' }, db, shred, close: () => db.destroy() };
}

async function openPostgres<Tables>(url: string): Promise<VaultDatabase<Tables>> {
  const types: pg.CustomTypesConfig = {
    getTypeParser: ((id: number) => (id === INT8 ? Number : pg.types.getTypeParser(id))) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({ connectionString: url, max: 5, options: `-c search_path=${SCHEMA},public -c statement_timeout=30000`, types });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(SCHEMA)}`.execute(db);
  return {
    kind: 'postgres',
    types: { bytes: 'bytea', integer: 'bigint', text: 'text COLLATE "C"' },
    db,
    // Dead rows hold ciphertexts and keys wrapped by an epoch's key: they end with it, as those in backups do.
    shred: async () => {},
    close: () => db.destroy(),
  };
}
