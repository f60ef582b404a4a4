/**
 * The projection in `projections.db`: node:sqlite, one file, the default for a village's ledger.
 *
 * The file is disposable, so `synchronous=NORMAL` is enough: WAL keeps transactions whole after a crash, and what
 * a power cut takes is folded again. Prepared single-row statements inside one transaction are as fast here as
 * multi-row inserts (measured: both about 300,000 rows/s), so there is one statement per shape of change.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Expression, Kysely, type SqlBool, SqliteDialect, sql } from 'kysely';
import type { Relation, Schema } from './relations.ts';
import type { ChangeGroup, SqlCell } from './row-changes.ts';
import { type FullText, onConflict, type Progress, quoted, type SqlDatabase, type Tables, type Where } from './sql-database.ts';

const COLUMN_TYPES = {
  text: 'TEXT',
  integer: 'INTEGER DEFAULT 0',
  money: 'INTEGER DEFAULT 0',
  time: 'INTEGER',
  boolean: 'INTEGER',
} as const;
/** Opens the same file again after damage, so the handle is replaceable. */
export class SqliteDatabase implements SqlDatabase {
  readonly #path: string;
  #file: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  readonly reader: Kysely<Tables>;
  readonly fullText: FullText = { matches };

  constructor(path: string) {
    this.#path = path;
    this.#file = openUsable(path);
    const self = this;
    // kysely speaks better-sqlite3; this is the whole difference. Integers come back as bigint: money is 64 bits wide.
    const adapter = {
      close(): void {},
      prepare(text: string) {
        const statement = self.#file.prepare(text);
        statement.setReadBigInts(true);
        return {
          reader: statement.columns().length > 0,
          all: (parameters: readonly unknown[]) => statement.all(...(parameters as SqlInput[])),
          run: (parameters: readonly unknown[]) => statement.run(...(parameters as SqlInput[])),
          iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as SqlInput[])),
        };
      },
    };
    this.reader = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapter }) });
  }

  async load(): Promise<Progress | undefined> {
    try {
      const row = this.#file.prepare('SELECT schema, height, mark FROM progress').get();
      return row === undefined ? undefined : { schema: String(row.schema), height: Number(row.height), mark: String(row.mark) };
    } catch {
      return undefined; // no such table: a new file, or a damaged one
    }
  }

  async recreate(schema: Schema): Promise<void> {
    this.#statements.clear();
    this.#file.close();
    removeFile(this.#path);
    this.#file = openFile(this.#path);
    this.#file.exec('BEGIN');
    for (const relation of schema.relations.values()) for (const statement of tableStatements(relation)) this.#file.exec(statement);
    this.#file.exec(
      'CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), schema TEXT NOT NULL, height INTEGER NOT NULL, mark TEXT NOT NULL) STRICT',
    );
    this.#file.prepare("INSERT INTO progress VALUES (1, ?, 0, '')").run(schema.hash);
    this.#file.exec('COMMIT');
  }

  async write(groups: readonly ChangeGroup[], progress: Progress): Promise<void> {
    this.#file.exec('BEGIN IMMEDIATE');
    try {
      for (const group of groups) {
        const statement = this.#statement(upsertText(group));
        for (const row of group.rows) statement.run(...row.map(toInput));
      }
      this.#statement('UPDATE progress SET schema = ?, height = ?, mark = ?').run(progress.schema, progress.height, progress.mark);
      this.#file.exec('COMMIT');
    } catch (error) {
      if (this.#file.isTransaction) this.#file.exec('ROLLBACK');
      throw error;
    }
  }

  isDamage(error: unknown): boolean {
    const code = (error as { errcode?: unknown }).errcode;
    return typeof code === 'number' && ((code & 0xff) === SQLITE_CORRUPT || (code & 0xff) === SQLITE_NOTADB);
  }

  letGo(): void {
    if (this.#file.isOpen) this.#file.exec('PRAGMA shrink_memory');
  }

  async close(): Promise<void> {
    await this.reader.destroy();
    if (this.#file.isOpen) this.#file.close();
  }

  #statement(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#file.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

type SqlInput = string | number | bigint | null;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function toInput(cell: SqlCell): SqlInput {
  return typeof cell === 'boolean' ? (cell ? 1 : 0) : cell;
}

function openFile(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  try {
    file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 16777216');
    file.function('fold_case', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : ''));
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

/** A file that is no database any more is thrown away: it holds nothing that the ledger does not. */
function openUsable(path: string): DatabaseSync {
  try {
    return openFile(path);
  } catch (error) {
    const code = (error as { errcode?: number }).errcode ?? 0;
    if ((code & 0xff) !== SQLITE_NOTADB && (code & 0xff) !== SQLITE_CORRUPT) throw error;
    removeFile(path);
    return openFile(path);
  }
}

function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function upsertText(group: ChangeGroup): string {
  const columns = group.columns.map(quoted).join(', ');
  return `INSERT INTO ${quoted(group.relation.name)} (${columns}) VALUES (${group.columns.map(() => '?').join(', ')})${onConflict(group)}`;
}

function* tableStatements(relation: Relation): Iterable<string> {
  const table = quoted(relation.name);
  const columns = relation.columns.map((column) => {
    const type = relation.types[column] as keyof typeof COLUMN_TYPES;
    return `${quoted(column)} ${COLUMN_TYPES[type]}${relation.key.includes(column) ? ' NOT NULL' : ''}`;
  });
  const key = relation.key.map(quoted).join(', ');
  const searched = relation.search.length > 0;
  // A searched table needs a row number that its index can point to. A long key would stand in every further index, so such tables have
  // row numbers too; the others are stored in key order.
  const keyed = relation.indexes.length === 0 || relation.key.every((column) => relation.types[column] !== 'text');
  yield searched
    ? `CREATE TABLE ${table} ("_row" INTEGER PRIMARY KEY, ${columns.join(', ')}, UNIQUE (${key})) STRICT`
    : `CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${key})) STRICT${keyed ? ', WITHOUT ROWID' : ''}`;
  for (const [n, index] of relation.indexes.entries()) {
    yield `CREATE INDEX ${quoted(`${relation.name}_${n}`)} ON ${table} (${index.map(quoted).join(', ')})`;
  }
  if (!searched) return;
  const found = quoted(`${relation.name}__search`);
  const names = relation.search.map(quoted).join(', ');
  const values = (row: string): string => relation.search.map((column) => `${row}.${quoted(column)}`).join(', ');
  const remove = `INSERT INTO ${found} (${found}, rowid, ${names}) VALUES ('delete', old."_row", ${values('old')});`;
  const insert = `INSERT INTO ${found} (rowid, ${names}) VALUES (new."_row", ${values('new')});`;
  const changed = relation.search.map((column) => `old.${quoted(column)} IS NOT new.${quoted(column)}`).join(' OR ');
  yield `CREATE VIRTUAL TABLE ${found} USING fts5 (${names}, content=${table}, content_rowid="_row", tokenize='trigram')`;
  yield `CREATE TRIGGER ${quoted(`${relation.name}__new`)} AFTER INSERT ON ${table} BEGIN ${insert} END`;
  yield `CREATE TRIGGER ${quoted(`${relation.name}__old`)} AFTER UPDATE OF ${names} ON ${table} WHEN ${changed} BEGIN ${remove} ${insert} END`;
}

/** Trigrams need three characters; shorter terms are looked for row by row. */
function matches(eb: Where, relation: Relation, terms: readonly string[]): Expression<SqlBool> {
  const long = terms.filter((term) => [...term].length >= 3);
  const parts: Expression<SqlBool>[] = [];
  if (long.length > 0) {
    const found = sql.ref(`${relation.name}__search`);
    const match = long.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND ');
    parts.push(sql<SqlBool>`"_row" IN (SELECT rowid FROM ${found} WHERE ${found} MATCH ${match})`);
  }
  for (const term of terms) {
    if (long.includes(term)) continue;
    parts.push(eb.or(relation.search.map((column) => sql<SqlBool>`instr(fold_case(${sql.ref(column)}), ${term.toLowerCase()}) > 0`)));
  }
  return eb.and(parts);
}
