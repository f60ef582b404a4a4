/**
 * What comes with a transaction and must be on disk before it is ordered (DESIGN §5, "Vault and text store"): calls of one turn share one
 * write, and so one fsync. Of each transaction it is known how many submissions are under way, so that only the last to fail shreds.
 */

/** Submissions waiting for one write; beyond this, callers are told to come again. */
const QUEUE_MAX = 4_096;

export interface PendingItem {
  /** Name of the transaction. */
  readonly tx: string;
}

export interface PendingQueueOptions<Item extends PendingItem> {
  /**
   * Makes a turn's items durable. Throws where none of them is; answers those that it refuses, with what their callers are told. The next
   * turn's items wait until it is done.
   */
  readonly write: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Error> | undefined>;
  /** Told to callers where the queue is full, or closed. */
  readonly busy: (reason: string) => Error;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export class PendingQueue<Item extends PendingItem> {
  readonly #options: PendingQueueOptions<Item>;
  readonly #underWay = new Map<string, number>();
  #waiting: Waiting<Item>[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: PendingQueueOptions<Item>) {
    this.#options = options;
  }

  /** Resolves when the item is durable; then exactly one `leave` must follow for its transaction. */
  put(item: Item): Promise<void> {
    if (this.#closed) return Promise.reject(this.#options.busy('it is closed'));
    if (this.#waiting.length >= QUEUE_MAX) return Promise.reject(this.#options.busy('too many submissions wait for it'));
    this.#underWay.set(item.tx, (this.#underWay.get(item.tx) ?? 0) + 1);
    return new Promise((done, failed) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush());
      this.#waiting.push({
        item,
        done,
        failed: (error) => {
          this.leave(item.tx);
          failed(error);
        },
      });
    });
  }

  /** One submission of this transaction fewer is under way. Returns how many are left. */
  leave(tx: string): number {
    const left = (this.#underWay.get(tx) ?? 1) - 1;
    if (left > 0) this.#underWay.set(tx, left);
    else this.#underWay.delete(tx);
    return left;
  }

  has(tx: string): boolean {
    return this.#underWay.has(tx);
  }

  /** Takes nothing new; resolves when what waits is durable. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    // One after another: what came while a write was under way goes together with the next.
    while (this.#writing !== undefined) await this.#writing;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    this.#writing = this.#write(batch);
    await this.#writing;
    this.#writing = undefined;
  }

  async #write(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      const refused = await this.#options.write(batch.map(({ item }) => item));
      for (const { item, done, failed } of batch) {
        const error = refused?.get(item);
        if (error === undefined) done();
        else failed(error);
      }
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
}
