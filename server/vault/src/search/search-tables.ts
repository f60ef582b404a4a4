/** The tables of search: keys, the tokens of each case, and, of each case, which tokens it has, so that they leave with it. */
import { type Generated, sql } from 'kysely';
import type { VaultDatabase } from '../database.ts';

export interface SearchTables {
  readonly search_key: {
    readonly id: Generated<number>;
    readonly register: string;
    /** Epoch in which it was made; `epoch` is the one whose key wraps it. */
    readonly born: number;
    readonly epoch: number;
    readonly wrapped: Uint8Array;
  };
  readonly search_case: {
    /** Handle. */
    readonly case: string;
    readonly register: string;
    /** `id` of the key that made its tokens. */
    readonly key: number;
    /** How long its names are. */
    readonly length: number;
    /** End to end. */
    readonly tokens: Uint8Array;
  };
  readonly search_token: { readonly token: Uint8Array /** Handle, 16 bytes. */; readonly case: Uint8Array };
}

export async function createSearchTables({ db, types, kind }: VaultDatabase<SearchTables>): Promise<void> {
  const [bytes, integer, text, serial] = [sql.raw(types.bytes), sql.raw(types.integer), sql.raw(types.text), sql.raw(types.serial)];
  await sql`CREATE TABLE IF NOT EXISTS search_key (
    id ${serial}, register ${text} NOT NULL, born ${integer} NOT NULL, epoch ${integer} NOT NULL, wrapped ${bytes} NOT NULL
  )`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS search_key_epoch ON search_key (epoch, id)`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS search_case (
    "case" ${text} PRIMARY KEY, register ${text} NOT NULL, key ${integer} NOT NULL, length ${integer} NOT NULL, tokens ${bytes} NOT NULL
  )`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS search_case_key ON search_case (key)`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS search_token (token ${bytes} NOT NULL, "case" ${bytes} NOT NULL, PRIMARY KEY (token, "case"))${sql.raw(
    kind === 'sqlite' ? ' WITHOUT ROWID' : '',
  )}`.execute(db);
}
