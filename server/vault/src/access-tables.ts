/** The tables of the access log: rows with their salts, which cases each is about, and the full tiles of each agency's tree. */
import type { AccessRow } from '@tabularium/log';
import { sql } from 'kysely';
import type { VaultDatabase } from './database.ts';

export interface AccessTables {
  readonly access: Omit<AccessRow, 'cases' | 'refused'> & {
    /** JSON array of handles. */
    readonly cases: string;
    readonly refused: string | null;
    readonly salt: Uint8Array;
  };
  readonly access_case: { readonly case: string; readonly agency: string; readonly seq: number };
  readonly access_tile: { readonly agency: string; readonly level: number; readonly at: number; readonly hashes: Uint8Array };
}

export async function createAccessTables({ db, types }: VaultDatabase<AccessTables>): Promise<void> {
  const [bytes, integer, text] = [sql.raw(types.bytes), sql.raw(types.integer), sql.raw(types.text)];
  await sql`CREATE TABLE IF NOT EXISTS access (
    agency ${text} NOT NULL, seq ${integer} NOT NULL, time ${integer} NOT NULL, officer ${text} NOT NULL, role ${text} NOT NULL,
    office ${text} NOT NULL, purpose ${text} NOT NULL, file ${text} NOT NULL, action ${text} NOT NULL, cases ${text} NOT NULL,
    refused ${text}, salt ${bytes} NOT NULL, PRIMARY KEY (agency, seq)
  )`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS access_case (
    "case" ${text} NOT NULL, agency ${text} NOT NULL, seq ${integer} NOT NULL, PRIMARY KEY ("case", agency, seq)
  )`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS access_tile (
    agency ${text} NOT NULL, level ${integer} NOT NULL, at ${integer} NOT NULL, hashes ${bytes} NOT NULL, PRIMARY KEY (agency, level, at)
  )`.execute(db);
}

export interface SaltedRow {
  readonly row: AccessRow;
  readonly salt: Uint8Array;
}

export function rowOf({ cases, refused, salt, ...row }: AccessTables['access']): SaltedRow {
  return { row: { ...row, cases: JSON.parse(cases) as string[], ...(refused === null ? {} : { refused }) }, salt };
}

export function columnsOf({ row: { cases, refused, ...row }, salt }: SaltedRow): AccessTables['access'] {
  return { ...row, cases: JSON.stringify(cases), refused: refused ?? null, salt };
}
