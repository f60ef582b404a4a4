/**
 * The vault's rows about documents: whose they are, how far they have come, and their wrapped keys. What they say is nowhere here. One that is
 * gone leaves a row of another table, without anything of the case, until its files are gone too and its sender has been told why.
 */
import { type Generated, type Kysely, sql, type Transaction } from 'kysely';
import { tablesOf, type VaultDatabase } from '../database.ts';
import type { WrappedKey } from '../epochs.ts';
import type { DocumentCode } from './document-fault.ts';
import type { FirstBytes } from './first-bytes.ts';

/** `judging`: whole and of its digest, not judged or not stored yet. */
export type DocumentState = 'arriving' | 'judging' | 'kept';

export interface DocumentRow extends WrappedKey {
  /** 32 hex digits; until the document is kept, a secret of whoever sends it. */
  readonly name: string;
  /** Of the ledger under which it came. */
  readonly origin: string;
  readonly case: string;
  readonly state: DocumentState;
  readonly media_type: string;
  readonly first_bytes: FirstBytes;
  readonly size: number;
  /** Code of the officer who sends it. */
  readonly officer: string;
  /** Empty before it is whole. */
  readonly digest: string;
  /** ms UTC. */
  readonly begun: number;
  /** ms UTC by which it is kept, or ends. */
  readonly until: number;
}

export interface GoneRow {
  readonly name: string;
  readonly reason: DocumentCode;
  /** 1 while files of it may be there. */
  readonly files: number;
  /** ms UTC from which nobody needs to know any more. */
  readonly until: number;
}

export interface DocumentTables {
  readonly document: DocumentRow & { readonly id: Generated<number> };
  readonly document_gone: GoneRow;
}

/** What the vault has to know of this part. */
export const documentPart = {
  keyTables: ['document'],
  create: (database: VaultDatabase<never>): Promise<void> => createTables(tablesOf<DocumentTables>(database)),
  /** Keys and rows go with the transaction; the files at the next `sweep`, which their rows in the other table wait for. */
  erase: (handles: readonly string[], rows: Transaction<never>): Promise<void> =>
    eraseCases(handles, rows as unknown as Transaction<DocumentTables>),
} as const;

async function createTables({ db, types }: VaultDatabase<DocumentTables>): Promise<void> {
  const [text, integer] = [sql.raw(`${types.text} NOT NULL`), sql.raw(`${types.integer} NOT NULL`)];
  await sql`CREATE TABLE IF NOT EXISTS document (
    id ${sql.raw(types.serial)}, epoch ${integer}, wrapped ${sql.raw(types.bytes)} NOT NULL, name ${text} UNIQUE, origin ${text}, "case" ${text},
    state ${text}, media_type ${text}, first_bytes ${text}, size ${integer}, officer ${text}, digest ${text}, begun ${integer}, until ${integer}
  )`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS document_epoch ON document (epoch, id)`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS document_case ON document ("case")`.execute(db);
  await sql`CREATE UNIQUE INDEX IF NOT EXISTS document_digest ON document (digest) WHERE digest <> ''`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS document_under_way ON document (state) WHERE state <> 'kept'`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS document_gone (name ${text} PRIMARY KEY, reason ${text}, files ${integer}, until ${integer})`.execute(
    db,
  );
}

async function eraseCases(handles: readonly string[], rows: Transaction<DocumentTables>): Promise<void> {
  const found = await rows.deleteFrom('document').where('case', 'in', handles).returning('name').execute();
  for (const { name } of found)
    await rows
      .insertInto('document_gone')
      .values(goneRow(name, 'upload-unknown', 0))
      .execute();
}

const goneRow = (name: string, reason: DocumentCode, until: number): GoneRow => ({ name, reason, files: 1, until });

export class DocumentRows {
  readonly #vault: VaultDatabase<DocumentTables>;
  readonly #db: Kysely<DocumentTables>;

  constructor(vault: VaultDatabase<never>) {
    this.#vault = tablesOf(vault);
    this.#db = this.#vault.db;
  }

  async insert(row: DocumentRow): Promise<void> {
    await this.#db.insertInto('document').values(row).execute();
  }

  find(name: string): Promise<DocumentRow | undefined> {
    return this.#db.selectFrom('document').selectAll().where('name', '=', name).executeTakeFirst();
  }

  findDigest(digest: string): Promise<DocumentRow | undefined> {
    return this.#db.selectFrom('document').selectAll().where('digest', '=', digest).where('digest', '<>', '').executeTakeFirst();
  }

  kept(handle: string): Promise<readonly DocumentRow[]> {
    return this.#db.selectFrom('document').selectAll().where('case', '=', handle).where('state', '=', 'kept').orderBy('id').execute();
  }

  inState(state: Exclude<DocumentState, 'kept'>): Promise<readonly DocumentRow[]> {
    return this.#db.selectFrom('document').selectAll().where('state', '=', state).orderBy('id').execute();
  }

  /** Whether it was there, in that state. */
  async move(name: string, from: DocumentState, values: Partial<Pick<DocumentRow, 'state' | 'digest' | 'first_bytes'>>): Promise<boolean> {
    const moved = await this.#db.updateTable('document').set(values).where('name', '=', name).where('state', '=', from).executeTakeFirst();
    return moved.numUpdatedRows > 0n;
  }

  /** Its key, digest, case and officer are overwritten; what is left says why, until then. Again: nothing happens. */
  async shred(name: string, reason: DocumentCode, until: number): Promise<void> {
    await this.#db.transaction().execute(async (rows) => {
      const { numDeletedRows } = await rows.deleteFrom('document').where('name', '=', name).executeTakeFirst();
      if (numDeletedRows > 0n)
        await rows
          .insertInto('document_gone')
          .values(goneRow(name, reason, until))
          .execute();
    });
    await this.#vault.shred();
  }

  gone(name: string): Promise<GoneRow | undefined> {
    return this.#db.selectFrom('document_gone').selectAll().where('name', '=', name).executeTakeFirst();
  }

  allGone(): Promise<readonly GoneRow[]> {
    return this.#db.selectFrom('document_gone').selectAll().execute();
  }

  /** Its files are gone; the row too, once nobody needs to know any more. */
  async filesGone(name: string, now: number): Promise<void> {
    await this.#db.updateTable('document_gone').set({ files: 0 }).where('name', '=', name).execute();
    await this.#db.deleteFrom('document_gone').where('name', '=', name).where('until', '<=', now).execute();
  }
}
