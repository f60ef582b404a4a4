/**
 * The door to the SQL projections: tells the thread that the ledger grew, asks it for rows, and waits for a height.
 *
 * Nothing here can stop a node: while the projection is behind, broken or away, the ledger goes on and reads say
 * which height they have, or that there is none.
 */
import { Worker } from 'node:worker_threads';
import type { EntryRow } from './block-entries.ts';
import type { BlockRow, LifeStep } from './core-queries.ts';
import type { DeedCount, DeedsQuery, Offsets, Place } from './deeds.ts';
import type { JsonRow, ListPage, ListQuery, ListSums, QueryCode, SumsQuery } from './list-query.ts';
import type { SearchPage, Sought } from './search-query.ts';
import type { FromThread, Read, ThreadOptions, ToThread } from './thread-messages.ts';

/** Notifications are passed on at most this often, so that a busy ledger is folded in larger batches. */
const NOTIFY_MS = 250;
const READS_MAX = 512;
const RESTART_MS = 1_000;

/** A read's answer. `height` is what the rows had at least. */
export type Answer<T> =
  | { readonly ok: true; readonly height: number; readonly value: T }
  /** The question itself is wrong. */
  | { readonly ok: false; readonly kind: 'refused'; readonly code: QueryCode; readonly detail: string }
  /** The projection cannot answer now. */
  | { readonly ok: false; readonly kind: 'unavailable'; readonly detail: string };

export interface Projections {
  /** Height of the last block folded. */
  readonly height: number;
  /** What went wrong last, until it is mended. */
  readonly failed: string | undefined;
  /** The ledger now has this height. Cheap; coalesced. */
  notify(height: number): void;
  /** True once the rows have this height, false after `timeoutMs`. */
  waitFor(height: number, timeoutMs: number): Promise<boolean>;
  /** A module's list view; `view` is `<module>.<view>`. */
  list(view: string, query: ListQuery): Promise<Answer<ListPage>>;
  /** Sums of a list view's money columns by some of its filters; at most 200 groups. */
  sums(view: string, query: SumsQuery): Promise<Answer<ListSums>>;
  /** The row of a list view whose id column holds `id`. */
  one(view: string, id: string): Promise<Answer<JsonRow | null>>;
  /** Latest entries, newest first; `before` is a log index. With `officer`, those that this one signed, among the newest 5,000 blocks. */
  entries(query: { readonly officer?: string; readonly before?: number; readonly limit: number }): Promise<Answer<readonly EntryRow[]>>;
  entry(index: number): Promise<Answer<EntryRow | null>>;
  /** One record's life, oldest first; `after` is a height. */
  life(key: string, query: { readonly after?: number; readonly limit: number }): Promise<Answer<readonly LifeStep[]>>;
  blocks(query: { readonly before?: number; readonly limit: number }): Promise<Answer<readonly BlockRow[]>>;
  counts(): Promise<Answer<{ readonly entries: number; readonly events: number }>>;
  /** How many entries each role of each office has signed. */
  deedTotals(): Promise<Answer<readonly (Place & { readonly entries: number })[]>>;
  /** What was done in a role of an office, by kind and month, newest month first. */
  deedCounts(place: Place, offsets: Offsets): Promise<Answer<readonly DeedCount[]>>;
  /** The entries themselves, newest first. */
  deeds(query: DeedsQuery): Promise<Answer<readonly EntryRow[]>>;
  /** Rows of all lists that somebody may mean. A text that was withdrawn this moment may be among what led to them: whoever shows them asks. */
  search(sought: Sought): Promise<Answer<SearchPage>>;
  /** Throws all rows away and folds from the first block; resolves when the folding has begun. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectionsOptions {
  /** Data directory; `projections.db` stands there unless `databaseUrl` is given. */
  readonly dir?: string;
  /** PostgreSQL ≥ 15. */
  readonly databaseUrl?: string;
  /** Path of `ledger.db`, read by the default feed. */
  readonly ledgerPath?: string;
  /** `ledger.db` of the ledgers that this one succeeds, oldest first. */
  readonly history?: readonly string[];
  /** Published texts to search by, and the log indexes that a name may have; `index` is a file that is made where it is not there. */
  readonly texts?: { readonly texts: string; readonly index: string; readonly nameCandidates: NameCandidates };
  /** Another module that exports `openFeed` (URL), with its argument. */
  readonly feed?: { readonly module: string; readonly argument: unknown };
}

/** Starts the projection's thread. Throws on options that name no database or no ledger. */
export function openProjections(options: ProjectionsOptions): Projections {
  if (options.dir === undefined && options.databaseUrl === undefined) throw new TypeError('openProjections needs dir or databaseUrl');
  if (options.feed === undefined && options.ledgerPath === undefined) throw new TypeError('openProjections needs ledgerPath or feed');
  const feed = options.feed ?? {
    module: new URL('./ledger-feed.ts', import.meta.url).href,
    argument: { ledgerPath: options.ledgerPath, history: options.history ?? [] },
  };
  const { dir, databaseUrl, texts } = options;
  const files = texts === undefined ? undefined : { texts: texts.texts, index: texts.index };
  return new ProjectionsThread({ feed: feed.module, argument: feed.argument, dir, databaseUrl, texts: files }, texts?.nameCandidates);
}

type NameCandidates = (name: string) => readonly number[];

interface PendingRead {
  resolve(answer: Answer<never>): void;
}
interface Waiter {
  readonly height: number;
  readonly done: (reached: boolean) => void;
}

class ProjectionsThread implements Projections {
  readonly #options: ThreadOptions;
  readonly #nameCandidates: NameCandidates;
  #worker: Worker;
  #height = 0;
  #failed: string | undefined;
  #closing = false;
  #exited: Promise<void> = Promise.resolve();
  #nextId = 1;
  readonly #reads = new Map<number, PendingRead>();
  readonly #waiters = new Set<Waiter>();
  #notified = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions, nameCandidates: NameCandidates = () => []) {
    this.#options = options;
    this.#nameCandidates = nameCandidates;
    this.#worker = this.#start();
  }

  get height(): number {
    return this.#height;
  }

  get failed(): string | undefined {
    return this.#failed;
  }

  notify(height: number): void {
    this.#notified = height;
    if (this.#timer !== undefined || this.#closing) return;
    this.#say({ kind: 'fold' });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#notified > this.#height) this.notify(this.#notified);
    }, NOTIFY_MS).unref();
  }

  waitFor(height: number, timeoutMs: number): Promise<boolean> {
    if (height <= this.#height) return Promise.resolve(true);
    this.#say({ kind: 'fold' });
    return new Promise((resolve) => {
      const waiter: Waiter = {
        height,
        done: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      const timer = setTimeout(() => waiter.done(false), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  list(view: string, query: ListQuery): Promise<Answer<ListPage>> {
    return this.#read({ name: 'list', view, query });
  }
  sums(view: string, query: SumsQuery): Promise<Answer<ListSums>> {
    return this.#read({ name: 'sums', view, query });
  }
  one(view: string, id: string): Promise<Answer<JsonRow | null>> {
    return this.#read({ name: 'one', view, id });
  }
  entries(query: { readonly officer?: string; readonly before?: number; readonly limit: number }): Promise<Answer<readonly EntryRow[]>> {
    return this.#read({ name: 'entries', ...query });
  }
  entry(index: number): Promise<Answer<EntryRow | null>> {
    return this.#read({ name: 'entry', index });
  }
  life(key: string, query: { readonly after?: number; readonly limit: number }): Promise<Answer<readonly LifeStep[]>> {
    return this.#read({ name: 'life', key, ...query });
  }
  blocks(query: { readonly before?: number; readonly limit: number }): Promise<Answer<readonly BlockRow[]>> {
    return this.#read({ name: 'blocks', ...query });
  }
  counts(): Promise<Answer<{ readonly entries: number; readonly events: number }>> {
    return this.#read({ name: 'counts' });
  }
  deedTotals(): Promise<Answer<readonly (Place & { readonly entries: number })[]>> {
    return this.#read({ name: 'deed-totals' });
  }
  deedCounts(place: Place, offsets: Offsets): Promise<Answer<readonly DeedCount[]>> {
    return this.#read({ name: 'deed-counts', place, offsets });
  }
  deeds(query: DeedsQuery): Promise<Answer<readonly EntryRow[]>> {
    return this.#read({ name: 'deeds', query });
  }
  search(sought: Sought): Promise<Answer<SearchPage>> {
    return this.#read({ name: 'search', sought });
  }

  async rebuild(): Promise<void> {
    const answer = await this.#ask<null>((id) => ({ kind: 'rebuild', id }));
    if (!answer.ok) throw new Error(`the projection was not rebuilt: ${answer.detail}`);
    this.#height = 0;
  }

  async close(): Promise<void> {
    if (this.#closing) return await this.#exited;
    this.#closing = true;
    clearTimeout(this.#timer);
    for (const waiter of [...this.#waiters]) waiter.done(false);
    this.#say({ kind: 'close' });
    await this.#exited;
  }

  #read<T>(read: Read): Promise<Answer<T>> {
    if (this.#reads.size >= READS_MAX) return Promise.resolve({ ok: false, kind: 'unavailable', detail: 'too many reads are waiting' });
    return this.#ask<T>((id) => ({ kind: 'read', id, read }));
  }

  #ask<T>(message: (id: number) => ToThread): Promise<Answer<T>> {
    if (this.#closing) return Promise.resolve({ ok: false, kind: 'unavailable', detail: 'the projection is closing' });
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#reads.set(id, { resolve: resolve as (answer: Answer<never>) => void });
      this.#say(message(id));
    });
  }

  #say(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./projection-worker.ts', import.meta.url), {
      workerData: this.#options,
      // Rows are short-lived: in a nursery of this size they seldom outlive their batch.
      resourceLimits: { maxYoungGenerationSizeMb: 48 },
    });
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => {
      this.#failed = error.message;
    });
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        for (const read of this.#reads.values())
          read.resolve({ ok: false, kind: 'unavailable', detail: this.#failed ?? 'the projection stopped' });
        this.#reads.clear();
        resolve();
        if (this.#closing) return;
        this.#failed ??= 'the projection stopped';
        setTimeout(() => {
          if (!this.#closing) this.#worker = this.#start();
        }, RESTART_MS).unref();
      });
    });
    return worker;
  }

  #hear(message: FromThread): void {
    if (message.kind === 'height') {
      this.#height = message.height;
      this.#failed = undefined;
      for (const waiter of [...this.#waiters]) if (waiter.height <= message.height) waiter.done(true);
    } else if (message.kind === 'failed') {
      this.#failed = message.detail;
    } else if (message.kind === 'names') {
      // A closing node's ledger may be closed already; the thread ends without an answer.
      if (!this.#closing) this.#say({ kind: 'entries', id: message.id, entries: message.names.map((name) => this.#nameCandidates(name)) });
    } else if (message.kind === 'mended') {
      this.#failed = undefined;
    } else {
      const read = this.#reads.get(message.id);
      if (read === undefined) return;
      this.#reads.delete(message.id);
      if (message.kind === 'answer') read.resolve({ ok: true, height: message.height, value: message.value as never });
      else if (message.kind === 'refused') read.resolve({ ok: false, kind: 'refused', code: message.code, detail: message.detail });
      else read.resolve({ ok: false, kind: 'unavailable', detail: message.detail });
    }
  }
}
