/**
 * What the projection asks of a SQL database; `sqlite-database.ts` and `postgres-database.ts` answer, and one
 * test file runs on both. Reads are kysely; writes go in bulk through `write`, which moves the height in the same
 * SQL transaction, so that after any crash rows and height belong together.
 */
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import type { Relation, Schema } from './relations.ts';
import type { ChangeGroup } from './row-changes.ts';

/** Tables are known at run time only: they come from the modules' declarations. */
export type Tables = Record<string, Record<string, unknown>>;
export type Where = ExpressionBuilder<Tables, string>;

/** How far the rows have come, kept in the database itself. */
export interface Progress {
  readonly schema: string;
  readonly height: number;
  /** Tells block `height` of this ledger from that of another, or of a restored older copy. */
  readonly mark: string;
}

/** Full text behind one small port: FTS5's trigram tokenizer on SQLite, pg_trgm on PostgreSQL. */
export interface FullText {
  /** True where every term is contained, in any case, in one of the relation's search columns. */
  matches(eb: Where, relation: Relation, terms: readonly string[]): Expression<SqlBool>;
}

export interface SqlDatabase {
  readonly reader: Kysely<Tables>;
  readonly fullText: FullText;
  /** Undefined when there is nothing usable yet. */
  load(): Promise<Progress | undefined>;
  /** Throws everything away and makes empty tables at height 0. */
  recreate(schema: Schema): Promise<void>;
  write(groups: readonly ChangeGroup[], progress: Progress): Promise<void>;
  /** True when the error says that stored rows are damaged, so that a rebuild mends it. */
  isDamage(error: unknown): boolean;
  /** Drops pages held in memory: nothing is asked for at present. */
  letGo(): void;
  close(): Promise<void>;
}

/** Quotes an identifier that `makeSchema` has checked. */
export function quoted(identifier: string): string {
  return `"${identifier}"`;
}

/** The part after `VALUES`/`SELECT` of an upsert: what happens to a row that is there already. */
export function onConflict(group: ChangeGroup): string {
  if (group.fresh) return '';
  const target = group.relation.key.map(quoted).join(', ');
  const changes = [
    ...group.set.map((column) => `${quoted(column)} = excluded.${quoted(column)}`),
    ...group.add.map((column) => `${quoted(column)} = ${quoted(group.relation.name)}.${quoted(column)} + excluded.${quoted(column)}`),
  ];
  return changes.length === 0 ? ` ON CONFLICT (${target}) DO NOTHING` : ` ON CONFLICT (${target}) DO UPDATE SET ${changes.join(', ')}`;
}
