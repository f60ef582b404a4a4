/** What must never happen, raised by whoever saw it first; everything that is under way ends with it. */
export class Alarm {
  readonly #raised: Promise<never>;
  #raise: (error: unknown) => void = () => {};
  #isRaised = false;

  constructor() {
    this.#raised = new Promise((_, reject) => {
      this.#raise = reject;
    });
    // Whoever waits hears of it; where nobody does, it is asked for at the end.
    this.#raised.catch(() => {});
  }

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(error: unknown): void {
    this.#isRaised = true;
    this.#raise(error);
  }

  /** Raises what a piece of work throws that nobody waits for. */
  watch(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.raise(error));
  }

  /** Waits for work, or for the alarm if that comes first. */
  during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#raised]);
  }
}
