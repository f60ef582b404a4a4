/** So many at once; the others wait their turn, in the order in which they came. */

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

export class Turns {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs `work` when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next.enter();
    }
  }

  /** Whoever waits now gets this error. */
  refuseWaiting(error: Error): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(error);
  }
}
