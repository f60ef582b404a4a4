/** Who hears of each durable block, in order. */
import type { AppendedBlock } from './chain.ts';
import type { SealedBlock } from './engine.ts';

export class BlockListeners {
  readonly #listeners = new Set<(block: SealedBlock) => void>();
  readonly #report: (error: unknown) => void;

  /** `report` is told of a listener that threw. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Returns how to stop listening. */
  add(listener: (block: SealedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `checkpoint`: the newest that is signed. */
  announce({ height, time, first, leaves, size, changedKeys }: AppendedBlock, checkpoint: string): void {
    const sealed: SealedBlock = { height, time, first, count: leaves.length, size, checkpoint, changedKeys };
    for (const listener of this.#listeners) {
      try {
        listener(sealed);
      } catch (error) {
        // The block is durable; who fails to hear of it must not undo that.
        this.#report(error);
      }
    }
  }
}
