/**
 * The tables of holdings. Each row carries the ledger it belongs to: a vault goes on with a successor, and what was held under its predecessor
 * opens as what it was.
 */
import { type Generated, sql } from 'kysely';
import type { VaultDatabase } from './database.ts';

export interface HoldingRow {
  readonly id: number;
  /** Of the ledger. */
  readonly origin: string;
  readonly tx: string;
  readonly path: string;
  readonly case: string;
  /** Epoch of the key that wraps this row's data key. */
  readonly epoch: number;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
  /** 1 once its entry is known to be in the ledger. */
  readonly live: number;
  /** NumericDate after which a pending one is past hope. */
  readonly until: number;
}

export interface HoldingTables {
  readonly holding: Omit<HoldingRow, 'id'> & { readonly id: Generated<number> };
  /** By half its digest, which transaction brought a disclosure: both stand in the ledger, so this stays when a case is erased. */
  readonly brought: { readonly digest: Uint8Array; readonly tx: Uint8Array };
  /** Cases of which everything here was erased. */
  readonly erased: { readonly case: string };
}

export async function createHoldingTables({ db, types }: VaultDatabase<HoldingTables>): Promise<void> {
  const [bytes, integer, text, serial] = [sql.raw(types.bytes), sql.raw(types.integer), sql.raw(types.text), sql.raw(types.serial)];
  await sql`CREATE TABLE IF NOT EXISTS holding (
    id ${serial}, origin ${text} NOT NULL, tx ${text} NOT NULL, path ${text} NOT NULL, "case" ${text} NOT NULL, epoch ${integer} NOT NULL,
    wrapped ${bytes} NOT NULL, sealed ${bytes} NOT NULL, live ${integer} NOT NULL, until ${integer} NOT NULL
  )`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS holding_tx ON holding (tx)`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS holding_case ON holding ("case")`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS holding_epoch ON holding (epoch, id)`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS holding_pending ON holding (tx, until) WHERE live = 0`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS brought (digest ${bytes} PRIMARY KEY, tx ${bytes} NOT NULL)`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS erased ("case" ${text} PRIMARY KEY)`.execute(db);
}
