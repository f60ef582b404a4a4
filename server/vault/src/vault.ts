/**
 * The vault, opened: one database that all its parts share, the keys, the holdings, and erasure (docs/adr/0017). Nothing is served before
 * everything that the ledger says is erased is gone: also where the database was laid down from an old backup.
 */
import type { Transaction } from 'kysely';
import { openVaultDatabase, tablesOf, type VaultDatabase, type VaultPlace } from './database.ts';
import { Epochs, epochsOf } from './epochs.ts';
import { createHoldingTables, type HoldingTables } from './holding-tables.ts';
import { Holdings } from './holdings.ts';
import type { KeyVault } from './key-vault.ts';

/** A part of the vault that keeps something of cases: search tokens, documents. */
export interface VaultPart {
  /** Its tables with columns `id`, `epoch` and `wrapped` and an index on the first two: their data keys go with the epochs. */
  readonly keyTables: readonly string[];
  /** Makes its tables, where they are not there. */
  create(database: VaultDatabase<never>): Promise<void>;
  /** Removes what it has of these cases, within the transaction in which their holdings go. Again: nothing happens. */
  erase(handles: readonly string[], rows: Transaction<never>): Promise<void>;
  /** After that transaction: removes what of them lies outside the database; what fails it does later by itself. */
  readonly erased?: () => Promise<void>;
}

export interface VaultOptions {
  readonly place: VaultPlace;
  readonly keys: KeyVault;
  readonly origin: string;
  /** Does the ledger hold an entry of this name? */
  readonly isAccepted: (tx: string) => boolean;
  /** What the ledger says has been erased so far, by handle. */
  readonly erasedCases: Iterable<string>;
  /** How long backups are kept. */
  readonly retentionMs: number;
  readonly nowMs: number;
  /** NumericDate by which what is pending may be past hope. */
  readonly settledSeconds: number;
  readonly parts?: readonly VaultPart[];
  readonly report: (error: unknown) => void;
}

/** The keys that there are do not open what the vault holds. Its message is a sentence for an operator. */
export class VaultKeysMissing extends Error {
  override readonly name = 'VaultKeysMissing';
}

const AT_ONCE = 500;

/** Throws `VaultKeysMissing`, and what the database throws where it cannot be opened. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const database = await openVaultDatabase<HoldingTables>(options.place);
  try {
    return await Vault.open(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

export class Vault {
  readonly database: VaultDatabase<never>;
  readonly epochs: Epochs;
  readonly holdings: Holdings;
  readonly #rows: VaultDatabase<HoldingTables>;
  readonly #parts: readonly VaultPart[];
  readonly #report: (error: unknown) => void;
  /** Cases that are to be erased and are not yet: nothing of them is shown any more. */
  readonly #owed = new Set<string>();
  #erasing: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(database: VaultDatabase<HoldingTables>, { keys, retentionMs, parts = [], origin, isAccepted, report }: VaultOptions) {
    this.#rows = database;
    this.database = tablesOf<never>(database as unknown as VaultDatabase<never>);
    this.#parts = parts;
    this.#report = report;
    this.epochs = new Epochs(this.database, { keys, retentionMs, tables: ['holding', ...parts.flatMap(({ keyTables }) => keyTables)] });
    this.holdings = new Holdings({
      database,
      epochs: this.epochs,
      origin,
      isAccepted,
      isErased: (handle) => this.#owed.has(handle),
      report,
    });
  }

  /** `openVault`'s own. */
  static async open(database: VaultDatabase<HoldingTables>, options: VaultOptions): Promise<Vault> {
    const vault = new Vault(database, options);
    await createHoldingTables(database);
    for (const part of vault.#parts) await part.create(vault.database);
    await vault.#checkKeys(options.keys);
    await vault.eraseAll(options.erasedCases);
    await vault.epochs.tick(options.nowMs);
    await vault.holdings.sweep(options.settledSeconds);
    await database.shred();
    return vault;
  }

  /** From here on nothing of the case is shown; it resolves when nothing of it is held. What fails is done at the next `tick`. */
  async erase(handle: string): Promise<void> {
    this.#owed.add(handle);
    await this.#eraseOwed();
  }

  /** Whether nothing of the case is held any more, or is to be shown. */
  async isErased(handle: string): Promise<boolean> {
    if (this.#owed.has(handle)) return true;
    const row = await this.#rows.db.selectFrom('erased').select('case').where('case', '=', handle).executeTakeFirst();
    return row !== undefined;
  }

  /** Erases what is not erased yet of many cases. */
  async eraseAll(handles: Iterable<string>): Promise<void> {
    let some: string[] = [];
    const flush = async (): Promise<void> => {
      const known = await this.#rows.db.selectFrom('erased').select('case').where('case', 'in', some).execute();
      const done = new Set(known.map((row) => row.case));
      const owed = some.filter((handle) => !done.has(handle));
      some = [];
      if (owed.length > 0) await this.#eraseNow(owed);
    };
    for (const handle of handles) if (some.push(handle) === AT_ONCE) await flush();
    if (some.length > 0) await flush();
  }

  /** Called each minute: erases what is owed, goes on with the epochs, asks the ledger about what is pending. */
  async tick(nowMs: number, settledSeconds: number): Promise<void> {
    if (this.#closed !== undefined) return;
    for (const work of [() => this.#eraseOwed(), () => this.epochs.tick(nowMs), () => this.holdings.sweep(settledSeconds)]) {
      try {
        await work();
      } catch (error) {
        this.#report(error);
      }
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#erasing.catch(() => {});
    await this.holdings.close();
    await this.#rows.shred();
    await this.#rows.close();
  }

  #eraseOwed(): Promise<void> {
    this.#erasing = this.#erasing
      .catch(() => {})
      .then(async () => {
        const handles = [...this.#owed];
        if (handles.length === 0) return;
        await this.#eraseNow(handles);
        for (const handle of handles) this.#owed.delete(handle);
      });
    return this.#erasing;
  }

  async #eraseNow(handles: readonly string[]): Promise<void> {
    await this.#rows.db.transaction().execute(async (rows) => {
      for (const part of this.#parts) await part.erase(handles, rows as unknown as Transaction<never>);
      await this.holdings.erase(handles, rows);
      await rows
        .insertInto('erased')
        .values(handles.map((handle) => ({ case: handle })))
        .onConflict((one) => one.doNothing())
        .execute();
    });
    await this.#rows.shred();
    for (const part of this.#parts) await part.erased?.();
  }

  /** Every epoch that wraps something must have its key, and the right one. */
  async #checkKeys(keys: KeyVault): Promise<void> {
    const there = new Set((await keys.epochs()).map(({ number }) => number));
    for (const table of this.epochs.tables) {
      for (const [epoch, some] of await epochsOf(this.database, table)) {
        const fits = there.has(epoch) && (await this.epochs.open(some)).some((key) => key !== undefined);
        if (fits) continue;
        const what = there.has(epoch) ? 'the key in its place is another one' : 'that key is not there';
        throw new VaultKeysMissing(`the vault holds what the key of epoch ${epoch} opens, and ${what} (${keys.name})`);
      }
    }
  }
}
