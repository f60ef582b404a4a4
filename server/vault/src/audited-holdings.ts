/**
 * Holdings as an audit reads them: every row, opened where its key is at hand, by a process that changes nothing. A vault is at work meanwhile, so
 * whatever looks wrong is looked at again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openVaultDatabase, tablesOf, type VaultDatabase, type VaultPlace } from './database.ts';
import { Epochs } from './epochs.ts';
import type { HoldingRow, HoldingTables } from './holding-tables.ts';
import { type Holding, Holdings } from './holdings.ts';
import type { KeyVault } from './key-vault.ts';

export interface AuditedHolding {
  readonly row: Omit<HoldingRow, 'wrapped' | 'sealed'>;
  /** `closed`: the key of its epoch is not at hand. `damaged`: it does not open in its place. */
  readonly content: Holding | 'closed' | 'damaged';
}

const AT_ONCE = 500;

export class AuditedHoldings {
  readonly #database: VaultDatabase<HoldingTables> | undefined;
  readonly #holdings: Holdings | undefined;
  readonly #keys: KeyVault;

  private constructor(database: VaultDatabase<HoldingTables> | undefined, keys: KeyVault) {
    this.#database = database;
    this.#keys = keys;
    if (database === undefined) return;
    const epochs = new Epochs(tablesOf<never>(database as unknown as VaultDatabase<never>), { keys, retentionMs: 0, tables: [] });
    const unused = { isAccepted: () => false, isErased: () => false, report: () => {}, origin: '' };
    this.#holdings = new Holdings({ database, epochs, ...unused });
  }

  /** Where no vault ever was, it holds nothing. */
  static async open(place: VaultPlace, keys: KeyVault): Promise<AuditedHoldings> {
    const isThere = !('dir' in place) || existsSync(join(place.dir, 'vault.db'));
    return new AuditedHoldings(isThere ? await openVaultDatabase<HoldingTables>(place, { readOnly: true }) : undefined, keys);
  }

  /** In the order in which they came. */
  async *all(): AsyncGenerator<AuditedHolding> {
    const there = new Set((await this.#keys.epochs()).map(({ number }) => number));
    for (let after = 0; this.#database !== undefined; ) {
      const rows = await this.#database.db.selectFrom('holding').selectAll().where('id', '>', after).orderBy('id').limit(AT_ONCE).execute();
      for (const row of rows) yield await this.#read(row, there);
      if (rows.length < AT_ONCE) return;
      after = rows.at(-1)!.id;
    }
  }

  /** The same row as it is now; undefined where it has gone. */
  async again({ row: { id } }: AuditedHolding): Promise<AuditedHolding | undefined> {
    const row = await this.#database?.db.selectFrom('holding').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return undefined;
    return await this.#read(row, new Set((await this.#keys.epochs()).map(({ number }) => number)));
  }

  async close(): Promise<void> {
    await this.#database?.close();
  }

  async #read(row: HoldingRow, there: ReadonlySet<number>): Promise<AuditedHolding> {
    const { wrapped: _wrapped, sealed: _sealed, ...place } = row;
    if (!there.has(row.epoch)) return { row: place, content: 'closed' };
    const [content] = await this.#holdings!.tryOpen([row]);
    return { row: place, content: content ?? 'damaged' };
  }
}
