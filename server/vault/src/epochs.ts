/**
 * Data keys, and the epochs of the keys that wrap them (docs/adr/0017, "Keys"; docs/operate/vault.md). An epoch lasts as long as backups are
 * kept. With a new one every living data key is wrapped anew, and the old key is destroyed one retention later: whatever was erased before is
 * then readable in no backup. The clock is an argument.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { VaultDatabase } from './database.ts';
import type { KeyVault } from './key-vault.ts';
import { DATA_KEY_BYTES } from './seal.ts';

const DAY_MS = 86_400_000;
/** Keys wrapped anew in one transaction. */
const PORTION = 500;
/** A table of keys is looked at portion by portion; a table never has more. */
const PORTIONS_MAX = 10_000_000;
/** Rows of an epoch that tell whether a key is its own: somebody may have damaged one. */
const SAMPLES = 16;

/** A data key as it is kept, beside what it seals. */
export interface WrappedKey {
  readonly epoch: number;
  readonly wrapped: Uint8Array;
}

export interface EpochsOptions {
  readonly keys: KeyVault;
  /** How long backups are kept. */
  readonly retentionMs: number;
  /** Tables with columns `id`, `epoch` and `wrapped`, and an index on the first two. */
  readonly tables: readonly string[];
}

interface KeyRow extends WrappedKey {
  readonly id: number;
}

export class Epochs {
  readonly #database: VaultDatabase<never>;
  readonly #options: EpochsOptions;
  #current: { readonly number: number; readonly begun: number } | undefined;
  #ticking: Promise<void> | undefined;

  constructor(database: VaultDatabase<never>, options: EpochsOptions) {
    this.#database = database;
    this.#options = options;
  }

  /**
   * Begins a new epoch where it is time, wraps what older keys wrap, and destroys those that no backup needs. Called at the opening and each
   * minute. An end in between is no harm: the next call goes on.
   */
  async tick(nowMs: number): Promise<void> {
    this.#ticking ??= this.#tick(nowMs).finally(() => {
      this.#ticking = undefined;
    });
    await this.#ticking;
  }

  /** New data keys, with what is kept of them. */
  async newKeys(count: number): Promise<readonly (WrappedKey & { readonly key: Uint8Array })[]> {
    const { number } = this.#epoch;
    const keys = Array.from({ length: count }, () => randomBytes(DATA_KEY_BYTES));
    const wrapped = await this.#options.keys.wrap(number, keys);
    return keys.map((key, n) => ({ key, epoch: number, wrapped: wrapped[n]! }));
  }

  /** The data keys; undefined for what was changed. Throws `KeyMissing` where an epoch's key is not there. */
  async open(kept: readonly WrappedKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    const opened = new Map<WrappedKey, Uint8Array | undefined>();
    for (const [epoch, rows] of Map.groupBy(kept, (one) => one.epoch)) {
      const keys = await this.#options.keys.unwrap(
        epoch,
        rows.map(({ wrapped }) => wrapped),
      );
      for (const [n, row] of rows.entries()) opened.set(row, keys[n]);
    }
    return kept.map((one) => opened.get(one));
  }

  /**
   * The day, as its beginning in ms UTC, from which on nobody can read what is erased now, in any backup: the current epoch's key is destroyed
   * one retention after its end.
   */
  readableUntil(nowMs: number): number {
    const { retentionMs } = this.#options;
    const end = Math.max(nowMs, this.#epoch.begun + retentionMs);
    return (Math.floor((end + retentionMs) / DAY_MS) + 1) * DAY_MS;
  }

  /** Where data keys lie. */
  get tables(): readonly string[] {
    return this.#options.tables;
  }

  /** For metrics. */
  get current(): { readonly number: number; readonly begun: number } {
    return this.#epoch;
  }

  get #epoch(): { readonly number: number; readonly begun: number } {
    if (this.#current === undefined) throw new Error('no epoch has begun: tick first');
    return this.#current;
  }

  async #tick(nowMs: number): Promise<void> {
    const { keys, retentionMs, tables } = this.#options;
    const before = await keys.epochs();
    const newest = before.at(-1);
    if (newest === undefined || newest.begun + retentionMs <= nowMs) {
      await keys.newEpoch({ number: (newest?.number ?? 0) + 1, begun: nowMs });
    }
    const epochs = await keys.epochs();
    this.#current = epochs.at(-1)!;
    for (const table of tables) await this.#wrapAnew(table, this.#current.number);
    for (const [n, { number }] of epochs.entries()) {
      const next = epochs[n + 1];
      if (next !== undefined && next.begun + retentionMs <= nowMs) await keys.destroy(number);
    }
  }

  /** What cannot be unwrapped is passed over: it is damaged, and a key that is kept for it would keep what was erased. `audit` names it. */
  async #wrapAnew(table: string, current: number): Promise<void> {
    const { keys } = this.#options;
    const there = new Set((await keys.epochs()).map(({ number }) => number));
    let after: Pick<KeyRow, 'epoch' | 'id'> = { epoch: 0, id: 0 };
    for (let portion = 0; portion < PORTIONS_MAX; portion++) {
      const rows = await this.#olderThan(table, current, after);
      const usable = rows.filter(({ epoch }) => there.has(epoch));
      const dataKeys = await this.open(usable);
      const living = usable.flatMap((row, n) => (dataKeys[n] === undefined ? [] : [{ ...row, key: dataKeys[n] }]));
      if (living.length > 0) {
        const wrapped = await keys.wrap(
          current,
          living.map(({ key }) => key),
        );
        await this.#database.db.transaction().execute(async (transaction) => {
          for (const [n, { id, epoch }] of living.entries()) {
            await sql`UPDATE ${sql.table(table)} SET epoch = ${current}, wrapped = ${wrapped[n]} WHERE id = ${id} AND epoch = ${epoch}`.execute(
              transaction,
            );
          }
        });
      }
      if (rows.length < PORTION) {
        if (portion > 0 || living.length > 0) await this.#database.shred();
        return;
      }
      after = rows.at(-1)!;
    }
  }

  async #olderThan(table: string, current: number, after: Pick<KeyRow, 'epoch' | 'id'>): Promise<readonly KeyRow[]> {
    const found = await sql<KeyRow>`SELECT id, epoch, wrapped FROM ${sql.table(table)}
      WHERE epoch < ${current} AND (epoch, id) > (${after.epoch}, ${after.id}) ORDER BY epoch, id LIMIT ${PORTION}`.execute(
      this.#database.db,
    );
    return found.rows;
  }
}

/** Which epochs wrap rows of a table, each with some of them. Quick, by the index on `epoch`. */
export async function epochsOf(database: VaultDatabase<never>, table: string): Promise<ReadonlyMap<number, readonly WrappedKey[]>> {
  const found = new Map<number, readonly WrappedKey[]>();
  for (let after = 0; ; ) {
    const next = await sql<{ epoch: number | null }>`SELECT min(epoch) AS epoch FROM ${sql.table(table)} WHERE epoch > ${after}`.execute(
      database.db,
    );
    const epoch = next.rows[0]?.epoch ?? undefined;
    if (epoch === undefined) return found;
    const some =
      await sql<WrappedKey>`SELECT epoch, wrapped FROM ${sql.table(table)} WHERE epoch = ${epoch} ORDER BY id LIMIT ${SAMPLES}`.execute(
        database.db,
      );
    found.set(epoch, some.rows);
    after = epoch;
  }
}
