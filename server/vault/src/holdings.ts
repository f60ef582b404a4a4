/**
 * What the vault holds of one object of one entry (docs/adr/0017, "Holdings"): its personal disclosures, one ciphertext under a data key of its
 * own, found by the case that they belong to. As published texts they are on disk, pending, before their transaction goes to the engine; the
 * entry makes them live, and what is refused or past its time is shredded.
 */
import { createHash } from 'node:crypto';
import { PendingQueue } from '@tabularium/store/pending';
import type { Transaction } from 'kysely';
import type { VaultDatabase } from './database.ts';
import type { Epochs } from './epochs.ts';
import type { HoldingRow, HoldingTables } from './holding-tables.ts';
import { placeBytes, seal, unseal } from './seal.ts';

/** What is to be held. */
export interface NewHolding {
  /** JSON Pointer of the object in the entry's body. */
  readonly path: string;
  /** Handle: 32 hex digits. */
  readonly case: string;
  /** As they were submitted, each with its digest in the entry. */
  readonly disclosures: readonly string[];
}

export interface Holding extends NewHolding {
  /** Name of the transaction. */
  readonly tx: string;
}

export interface PendingHoldings {
  readonly tx: string;
  /** NumericDate. */
  readonly exp: number;
  readonly holdings: readonly NewHolding[];
  /** An old transaction is handed in again, so its disclosures were here before. */
  readonly isReadmitted?: boolean;
}

/** Why the vault does not hold what it was given; nothing of the submission is held then. A closed list. */
export const HOLDING_REFUSALS = {
  'disclosure-reused': 'A disclosure came with another transaction before: each has a salt of its own, new each time.',
  'case-erased': 'What was known of this case has been erased, and nothing is held under its handle any more.',
} as const;

export class HoldingRefused extends Error {
  override readonly name = 'HoldingRefused';
  readonly code: keyof typeof HOLDING_REFUSALS;

  constructor(code: keyof typeof HOLDING_REFUSALS) {
    super(HOLDING_REFUSALS[code]);
    this.code = code;
  }
}

/** Too many submissions wait for the vault. */
export class VaultBusy extends Error {
  override readonly name = 'VaultBusy';
}

/** What is stored is not what was stored: a ciphertext was changed, moved or cut, or its key was. Says which, never what was in it. */
export class HoldingDamaged extends Error {
  override readonly name = 'HoldingDamaged';
  readonly tx: string;
  readonly path: string;

  constructor({ tx, path }: { readonly tx: string; readonly path: string }) {
    super(`the holding of ${path === '' ? 'the body' : path} of transaction ${tx} does not open`);
    this.tx = tx;
    this.path = path;
  }
}

export interface HoldingsOptions {
  readonly database: VaultDatabase<HoldingTables>;
  readonly epochs: Epochs;
  readonly origin: string;
  /** Does the ledger hold an entry of this name? */
  readonly isAccepted: (tx: string) => boolean;
  /** Is the case to be erased, and not erased yet? */
  readonly isErased: (handle: string) => boolean;
  /** Told of what could not be written just now, and will be. */
  readonly report: (error: unknown) => void;
}

/** A pending holding is kept this long after its transaction's `exp`: clocks differ. */
const GRACE_SECONDS = 300;
/** Rows looked at, or written, by one statement. */
const AT_ONCE = 500;

export class Holdings {
  readonly #options: HoldingsOptions;
  readonly #pending: PendingQueue<PendingHoldings>;
  /** Transactions that have their entry and whose rows do not say so yet: written with the next batch, or the next sweep. */
  #accepted: string[] = [];
  #settling: NodeJS.Timeout | undefined;
  #counts = { live: 0, pending: 0 };
  #closed = false;

  constructor(options: HoldingsOptions) {
    this.#options = options;
    this.#pending = new PendingQueue({
      write: (batch) => this.#putAll(batch),
      busy: (reason) => new VaultBusy(`the vault takes nothing: ${reason}`),
    });
  }

  /**
   * Resolves when the holdings are durable as pending. Calls of one turn share one fsync. Must be followed by exactly one of `activate`, `drop`
   * or `release` for this transaction. Throws `HoldingRefused`, `VaultBusy`; then nothing follows.
   */
  putPending(pending: PendingHoldings): Promise<void> {
    return this.#pending.put(pending);
  }

  /** The transaction has its entry: its holdings are live. */
  activate(tx: string): void {
    this.#pending.leave(tx);
    this.#accepted.push(tx);
    // A killed process asks the ledger at its next start; until then, readers ask it.
    this.#settling ??= setTimeout(() => void this.#settle().catch(this.#options.report), 1_000).unref();
  }

  /**
   * The transaction was refused: its holdings are shredded, unless the same transaction is still under way elsewhere or live. Never throws: what
   * could not be shredded just now is past its time in the end.
   */
  async drop(tx: string): Promise<void> {
    if (this.#pending.leave(tx) > 0) return;
    try {
      await this.#dropPending([tx]);
    } catch (error) {
      this.#options.report(error);
    }
  }

  /** Nobody knows what became of the transaction: its holdings stay pending until the ledger or `exp` decides. */
  release(tx: string): void {
    this.#pending.leave(tx);
  }

  /** Asks the ledger about pending holdings and shreds those whose time has passed; a node calls it each minute. */
  async sweep(nowSeconds: number): Promise<void> {
    await this.#settle();
    const { db } = this.#options.database;
    const rows = await db
      .selectFrom('holding')
      .select(['tx', (eb) => eb.fn.max('until').as('until')])
      .where('live', '=', 0)
      .groupBy('tx')
      .execute();
    const past: string[] = [];
    for (const { tx, until } of rows) {
      if (this.#options.isAccepted(tx)) this.#accepted.push(tx);
      else if (until + GRACE_SECONDS < nowSeconds && !this.#pending.has(tx)) past.push(tx);
    }
    await this.#settle();
    await this.#dropPending(past);
    await this.#count();
  }

  /** What is held under a case, opened and checked. Throws `HoldingDamaged`, `KeyMissing`. */
  async ofCase(handle: string): Promise<readonly Holding[]> {
    if (this.#options.isErased(handle)) return [];
    const rows = await this.#options.database.db.selectFrom('holding').selectAll().where('case', '=', handle).orderBy('id').execute();
    return merged(await this.open(rows.filter(({ live, tx }) => live === 1 || this.#options.isAccepted(tx))));
  }

  /** Rows opened, each checked to be what was put in its place. Throws `HoldingDamaged`, `KeyMissing`. */
  async open(rows: readonly HoldingRow[]): Promise<readonly Holding[]> {
    const opened = await this.tryOpen(rows);
    return opened.map((one, n) => {
      if (one === undefined) throw new HoldingDamaged(rows[n]!);
      return one;
    });
  }

  /** Undefined for what does not open in its place. */
  async tryOpen(rows: readonly HoldingRow[]): Promise<readonly (Holding | undefined)[]> {
    const keys = await this.#options.epochs.open(rows);
    return rows.map((row, n) => {
      const key = keys[n];
      const plain = key === undefined ? undefined : unseal(row.sealed, key, placeOf(row.origin, row));
      if (plain === undefined) return undefined;
      return { tx: row.tx, path: row.path, case: row.case, disclosures: Buffer.from(plain).toString('latin1').split('~') };
    });
  }

  /** Every row of the cases leaves; what remains are digests, which stand in the ledger anyway. Within the caller's transaction. */
  async erase(handles: readonly string[], rows: Transaction<HoldingTables>): Promise<void> {
    await rows.deleteFrom('holding').where('case', 'in', handles).execute();
  }

  /** For metrics; as of the newest sweep. */
  counts(): { readonly live: number; readonly pending: number } {
    return this.#counts;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pending.close();
    await this.#settle();
  }

  async #putAll(batch: readonly PendingHoldings[]): Promise<ReadonlyMap<PendingHoldings, Error>> {
    const { database, origin, epochs } = this.#options;
    const items = batch.flatMap((item) => item.holdings.map((holding) => ({ item, ...holding, tx: item.tx })));
    const keys = await epochs.newKeys(items.length);
    const made = items.map((one, n) => {
      const { key, epoch, wrapped } = keys[n]!;
      const { tx, path, case: handle } = one;
      const sealed = seal(Buffer.from(one.disclosures.join('~'), 'latin1'), key, placeOf(origin, one));
      const row = { origin, tx, path, case: handle, epoch, wrapped, sealed, live: 0, until: one.item.exp };
      return { ...one, row, digests: one.disclosures.map(digestOf) };
    });
    const accepted = this.#takeAccepted();
    try {
      return await database.db.transaction().execute(async (rows) => {
        await makeLive(rows, accepted);
        const refused = await this.#refused(rows, batch, made);
        const kept = made.filter(({ item }) => !refused.has(item));
        const fresh = await this.#withoutKnown(rows, kept);
        for (let n = 0; n < fresh.length; n += AT_ONCE) {
          const values = fresh.slice(n, n + AT_ONCE).map(({ row }) => row);
          await rows.insertInto('holding').values(values).execute();
        }
        const brought = fresh.flatMap(({ tx, digests }) => digests.map((digest) => ({ digest, tx: nameOf(tx) })));
        for (let n = 0; n < brought.length; n += AT_ONCE) {
          const values = brought.slice(n, n + AT_ONCE);
          await rows
            .insertInto('brought')
            .values(values)
            .onConflict((one) => one.doNothing())
            .execute();
        }
        return refused;
      });
    } catch (error) {
      this.#accepted.push(...accepted);
      throw error;
    }
  }

  /** Submissions of which nothing may be held. */
  async #refused(
    rows: Transaction<HoldingTables>,
    batch: readonly PendingHoldings[],
    made: readonly { readonly item: PendingHoldings; readonly case: string; readonly digests: readonly Uint8Array[] }[],
  ): Promise<ReadonlyMap<PendingHoldings, Error>> {
    const erased = new Set<string>();
    const handles = [...new Set(made.map((one) => one.case))];
    for (let n = 0; n < handles.length; n += AT_ONCE) {
      const found = await rows
        .selectFrom('erased')
        .select('case')
        .where('case', 'in', handles.slice(n, n + AT_ONCE))
        .execute();
      for (const row of found) erased.add(row.case);
    }
    /** By digest, the transaction that brought it first. */
    const first = new Map<string, string>();
    const digests = made.flatMap((one) => one.digests);
    for (let n = 0; n < digests.length; n += AT_ONCE) {
      const found = await rows
        .selectFrom('brought')
        .selectAll()
        .where('digest', 'in', digests.slice(n, n + AT_ONCE))
        .execute();
      for (const { digest, tx } of found) first.set(hex(digest), hex(tx));
    }
    const refused = new Map<PendingHoldings, Error>();
    const byItem = Map.groupBy(made, ({ item }) => item);
    for (const item of batch) {
      const of = byItem.get(item) ?? [];
      const name = hex(nameOf(item.tx));
      const isReused = (digest: Uint8Array): boolean => (first.get(hex(digest)) ?? name) !== name;
      if (of.some((one) => erased.has(one.case) || this.#options.isErased(one.case))) refused.set(item, new HoldingRefused('case-erased'));
      else if (item.isReadmitted !== true && of.some((one) => one.digests.some(isReused))) {
        refused.set(item, new HoldingRefused('disclosure-reused'));
      } else for (const digest of of.flatMap((one) => one.digests)) first.set(hex(digest), first.get(hex(digest)) ?? name);
    }
    return refused;
  }

  /** The same transaction sent again brings nothing new, unless it comes with more of its disclosures than before: then those are added. */
  async #withoutKnown<
    T extends { readonly tx: string; readonly path: string; readonly disclosures: readonly string[]; readonly row: Omit<HoldingRow, 'id'> },
  >(rows: Transaction<HoldingTables>, made: readonly T[]): Promise<readonly T[]> {
    const names = [...new Set(made.map(({ tx }) => tx))];
    const known = new Set<string>();
    for (let n = 0; n < names.length; n += AT_ONCE) {
      const found = await rows
        .selectFrom('holding')
        .selectAll()
        .where('tx', 'in', names.slice(n, n + AT_ONCE))
        .execute();
      // What is damaged comes back whole.
      for (const one of await this.tryOpen(found)) for (const text of one?.disclosures ?? []) known.add(keyOf(one!, text));
    }
    const fresh: T[] = [];
    for (const one of made) {
      if (one.disclosures.every((text) => known.has(keyOf(one, text)))) continue;
      for (const text of one.disclosures) known.add(keyOf(one, text));
      fresh.push(one);
    }
    return fresh;
  }

  async #dropPending(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { database } = this.#options;
    await database.db.transaction().execute(async (rows) => {
      for (let n = 0; n < names.length; n += AT_ONCE) {
        const some = names.slice(n, n + AT_ONCE);
        const removed = await rows.deleteFrom('holding').where('tx', 'in', some).where('live', '=', 0).returningAll().execute();
        // A client may come again with the same disclosures: they belong to no entry yet.
        for (const holding of await this.tryOpen(removed)) {
          const digests = holding?.disclosures.map(digestOf) ?? [];
          if (digests.length === 0) continue;
          await rows.deleteFrom('brought').where('digest', 'in', digests).where('tx', '=', nameOf(holding!.tx)).execute();
        }
      }
    });
    await database.shred();
  }

  #takeAccepted(): readonly string[] {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    const accepted = this.#accepted;
    this.#accepted = [];
    return accepted;
  }

  /** What is accepted is written as live. If this is lost, the next start finds the entries and does it again. */
  async #settle(): Promise<void> {
    const accepted = this.#takeAccepted();
    if (accepted.length === 0) return;
    try {
      await this.#options.database.hastily((rows) => makeLive(rows, accepted));
    } catch (error) {
      this.#accepted.push(...accepted);
      throw error;
    }
  }

  async #count(): Promise<void> {
    const { db } = this.#options.database;
    const rows = await db
      .selectFrom('holding')
      .select(['live', (eb) => eb.fn.countAll<number>().as('count')])
      .groupBy('live')
      .execute();
    const of = (live: number): number => Number(rows.find((row) => row.live === live)?.count ?? 0);
    this.#counts = { live: of(1), pending: of(0) };
  }
}

async function makeLive(rows: Transaction<HoldingTables>, accepted: readonly string[]): Promise<void> {
  for (let n = 0; n < accepted.length; n += AT_ONCE) {
    await rows
      .updateTable('holding')
      .set({ live: 1 })
      .where('live', '=', 0)
      .where('tx', 'in', accepted.slice(n, n + AT_ONCE))
      .execute();
  }
}

function placeOf(origin: string, { tx, path, case: handle }: Pick<Holding, 'tx' | 'path' | 'case'>): Uint8Array {
  return placeBytes('holding', [origin, tx, path, handle]);
}

function keyOf({ tx, path }: Pick<Holding, 'tx' | 'path'>, text: string): string {
  return `${tx} ${path} ${text}`;
}

/** One for each object of an entry: where it was sent again with more, there are several rows of it. */
function merged(holdings: readonly Holding[]): readonly Holding[] {
  return [...Map.groupBy(holdings, ({ tx, path }) => `${tx} ${path}`).values()].map((of) =>
    of.length === 1 ? of[0]! : { ...of[0]!, disclosures: [...new Set(of.flatMap(({ disclosures }) => disclosures))] },
  );
}

/** Half of a transaction's name is enough to know it again. */
function nameOf(tx: string): Uint8Array {
  return Buffer.from(tx, 'base64url').subarray(0, 16);
}

/** Half of a disclosure's digest is enough to know it again. */
function digestOf(disclosure: string): Uint8Array {
  return createHash('sha256').update(disclosure, 'latin1').digest().subarray(0, 16);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
