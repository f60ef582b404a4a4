/**
 * The keys of search tokens, one for each register, wrapped as data keys are. A key that lived on would tell, from an old backup, whether a name
 * that was erased had been there: so each epoch has keys of its own, cases move to them one by one, and the old keys end with their last case.
 */
import type { VaultDatabase } from '../database.ts';
import type { Epochs } from '../epochs.ts';
import type { SearchTables } from './search-tables.ts';

export interface SearchKey {
  readonly id: number;
  readonly key: Uint8Array;
}

export class SearchKeys {
  readonly #database: VaultDatabase<SearchTables>;
  readonly #epochs: Pick<Epochs, 'newKeys' | 'open'>;
  /** Opened, newest first; by register. */
  readonly #open = new Map<string, Promise<readonly SearchKey[]>>();

  constructor(database: VaultDatabase<SearchTables>, epochs: Pick<Epochs, 'newKeys' | 'open'>) {
    this.#database = database;
    this.#epochs = epochs;
  }

  /** Those under which cases of the register may be found, newest first; none where nothing was ever indexed. */
  async of(register: string): Promise<readonly SearchKey[]> {
    const known = this.#open.get(register) ?? this.#load(register);
    this.#open.set(register, known);
    try {
      return await known;
    } catch (error) {
      this.#open.delete(register);
      throw error;
    }
  }

  /** The one under which cases are indexed now; made where the register has none. */
  async newest(register: string): Promise<SearchKey> {
    const [newest] = await this.of(register);
    return newest ?? (await this.#make(register));
  }

  /** With a new epoch, a new key for each register. */
  async renew(): Promise<void> {
    const [now] = await this.#epochs.newKeys(1);
    const { db } = this.#database;
    const registers = await db
      .selectFrom('search_key')
      .select(['register', (eb) => eb.fn.max('born').as('born')])
      .groupBy('register')
      .execute();
    for (const { register, born } of registers) if (born < now!.epoch) await this.#make(register);
  }

  /** Ends keys under which no case is any more. */
  async drop(): Promise<void> {
    const { db } = this.#database;
    const newest = db
      .selectFrom('search_key')
      .select((eb) => eb.fn.max('id').as('id'))
      .groupBy('register');
    const used = db.selectFrom('search_case').select('key').distinct();
    const gone = await db
      .deleteFrom('search_key')
      .where('id', 'not in', newest)
      .where('id', 'not in', used)
      .returning('register')
      .execute();
    for (const { register } of gone) this.#open.delete(register);
    if (gone.length > 0) await this.#database.shred();
  }

  async #make(register: string): Promise<SearchKey> {
    const [made] = await this.#epochs.newKeys(1);
    const { key, epoch, wrapped } = made!;
    const row = { register, born: epoch, epoch, wrapped };
    const { id } = await this.#database.db.insertInto('search_key').values(row).returning('id').executeTakeFirstOrThrow();
    this.#open.delete(register);
    return { id, key };
  }

  async #load(register: string): Promise<readonly SearchKey[]> {
    const rows = await this.#database.db
      .selectFrom('search_key')
      .selectAll()
      .where('register', '=', register)
      .orderBy('id', 'desc')
      .execute();
    const keys = await this.#epochs.open(rows);
    return rows.map(({ id }, n) => {
      const key = keys[n];
      if (key === undefined) throw new Error(`the key of register ${register} does not open`);
      return { id, key };
    });
  }
}
