/**
 * Folds blocks into rows: takes events from the ledger after the height the rows have, collects their changes, and
 * writes rows and height together.
 *
 * Anything doubtful is settled by throwing the rows away: another schema, a height the ledger does not have, a
 * last block that is not the ledger's, damage. A projection is never repaired by hand (DESIGN §5).
 */
import { createHash } from 'node:crypto';
import type { EventMeta, Fold } from '@tabularium/kernel';
import { CORE_NAME, type CoreTable, coreTables, foldCore } from './core-projection.ts';
import type { BlockEvents, EventSource, Feed } from './feed.ts';
import { type Relation, relationName, type Schema } from './relations.ts';
import { RowChanges } from './row-changes.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Traces } from './traces.ts';

/** A batch ends with the block that reaches one of these; reads wait for at most one batch. */
const BATCH_EVENTS = 2_000;
const BATCH_BLOCKS = 512;

export interface FoldLoopOptions {
  readonly database: SqlDatabase;
  readonly schema: Schema;
  readonly feed: Feed;
  readonly traces: Traces;
}

export class FoldLoop {
  readonly #database: SqlDatabase;
  readonly #schema: Schema;
  readonly #feed: Feed;
  readonly #traces: Traces;
  readonly #folds = new Map<string, { readonly fold: Fold; readonly relationOf: (table: string) => Relation }>();
  readonly #core: Record<CoreTable, Relation>;
  #height = 0;

  constructor({ database, schema, feed, traces }: FoldLoopOptions) {
    this.#database = database;
    this.#schema = schema;
    this.#feed = feed;
    this.#traces = traces;
    const relation = (module: string, table: string): Relation => {
      const found = schema.relations.get(relationName(module, table));
      if (found === undefined) throw new Error(`projection of ${module}: table "${table}" is not declared`);
      return found;
    };
    this.#core = Object.fromEntries(Object.keys(coreTables).map((table) => [table, relation(CORE_NAME, table)])) as Record<
      CoreTable,
      Relation
    >;
    for (const module of feed.catalogue) {
      for (const [type, fold] of Object.entries(module.projection.folds)) {
        this.#folds.set(`${module.name}.${type}`, { fold, relationOf: (table) => relation(module.name, table) });
      }
    }
  }

  get height(): number {
    return this.#height;
  }

  /** Takes over the rows that are there, or starts afresh. */
  async open(): Promise<void> {
    const progress = await this.#database.load();
    if (progress !== undefined && progress.schema === this.#schema.hash && this.#markAt(progress.height) === progress.mark) {
      this.#height = progress.height;
      return;
    }
    await this.restart();
  }

  /** Throws all rows away. */
  async restart(): Promise<void> {
    await this.#database.recreate(this.#schema);
    this.#height = 0;
    for (const past of this.#feed.history ?? []) await this.#foldPast(past);
    if (this.#markAt(0) !== '') await this.#database.write([], { schema: this.#schema.hash, height: 0, mark: this.#markAt(0)! });
  }

  /** The modules' rows of a ledger before this one. Its blocks and entries are not this ledger's, and its indexes would mean others here. */
  async #foldPast(past: EventSource): Promise<void> {
    const head = past.head().height;
    for (let from = 1; from <= head; from += BATCH_BLOCKS) {
      const changes = new RowChanges();
      for (const block of past.events(from, Math.min(head, from + BATCH_BLOCKS - 1))) {
        this.#foldModules({ ...block, events: block.events.map((event) => ({ ...event, entry: -1 })) }, changes);
      }
      await this.#database.write(changes.groups(), { schema: this.#schema.hash, height: 0, mark: 'partly' });
    }
  }

  /**
   * Folds one batch. Returns whether more was there when it began; what came meanwhile has a wake-up of its own, so that under load rows that change
   * often are written for many blocks at once.
   */
  async step(): Promise<boolean> {
    const head = this.#feed.source.head().height;
    if (head <= this.#height) return false;
    const to = Math.min(head, this.#height + BATCH_BLOCKS);
    const changes = new RowChanges();
    let last: BlockEvents | undefined;
    let events = 0;
    // The iterator is left before anything is awaited: it holds a read snapshot of the ledger's file.
    for (const block of this.#feed.source.events(this.#height + 1, to)) {
      const expected: number = last === undefined ? this.#height + 1 : last.height + 1;
      if (block.height !== expected) throw new Error(`projection: the ledger gave block ${block.height} where ${expected} was due`);
      this.#fold(block, changes);
      last = block;
      events += block.events.length;
      if (events >= BATCH_EVENTS) break;
    }
    if (last === undefined) throw new Error(`projection: the ledger has ${head} blocks but gave none after ${this.#height}`);
    await this.#database.write(changes.groups(), { schema: this.#schema.hash, height: last.height, mark: markOf(last) });
    this.#height = last.height;
    return this.#height < head;
  }

  #fold(block: BlockEvents, changes: RowChanges): void {
    foldCore(block, {
      append: (table, cells) => changes.append(this.#core[table], cells),
      keepsTrace: (key) => this.#traces.keeps(key),
    });
    this.#foldModules(block, changes);
  }

  #foldModules(block: BlockEvents, changes: RowChanges): void {
    for (const [seq, event] of block.events.entries()) {
      const known = this.#folds.get(event.type);
      if (known === undefined) continue;
      const meta: EventMeta = {
        type: event.type,
        tx: event.tx,
        height: block.height,
        time: block.time,
        index: event.entry < 0 ? -1 : block.first + event.entry,
        seq,
        action: event.action,
        signers: event.signers,
      };
      for (const upsert of known.fold(event.data, meta)) changes.upsert(known.relationOf(upsert.table), upsert);
    }
  }

  #markAt(height: number): string | undefined {
    if (height === 0) return (this.#feed.history ?? []).map((past) => `after ${past.head().height}`).join(' ');
    if (height > this.#feed.source.head().height) return undefined;
    for (const block of this.#feed.source.events(height, height)) return markOf(block);
    return undefined;
  }
}

function markOf(block: BlockEvents): string {
  return createHash('sha256')
    .update(JSON.stringify([block.time, block.first, block.events]))
    .digest('base64url');
}
