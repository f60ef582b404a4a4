/** A courier for each receiver in the book, and none for those that were removed. */
import { Courier, type CourierOptions } from './courier.ts';

export class Dispatch {
  readonly #options: CourierOptions;
  readonly #couriers = new Map<string, Courier>();

  constructor(options: CourierOptions) {
    this.#options = options;
    this.changed();
  }

  /** The book was changed. */
  changed(): void {
    const listed = new Set(this.#options.book.list().map(({ id }) => id));
    for (const [id, courier] of this.#couriers) {
      if (listed.has(id)) courier.stir();
      // It sees for itself that its row is gone.
      else void courier.stop().finally(() => this.#couriers.delete(id));
    }
    for (const id of listed) if (!this.#couriers.has(id)) this.#couriers.set(id, new Courier(id, this.#options));
  }

  /** A block has come. */
  stir(): void {
    for (const courier of this.#couriers.values()) courier.stir();
  }

  /** Attempts under way are called off; they are made again at the next start. */
  async close(): Promise<void> {
    await Promise.all([...this.#couriers.values()].map((courier) => courier.stop()));
  }
}
