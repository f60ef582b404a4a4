/** The leaves of the newest blocks in memory, so that the receipt of what was just written costs no reading. */

const MAX_BLOCKS = 16;
const MAX_BYTES = 8 * 1024 * 1024;

interface RecentBlock {
  readonly first: number;
  readonly leaves: readonly Uint8Array[];
  readonly bytes: number;
}

export class RecentLeaves {
  /** Oldest first. */
  readonly #blocks: RecentBlock[] = [];
  #bytes = 0;

  add(first: number, leaves: readonly Uint8Array[]): void {
    const bytes = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
    this.#blocks.push({ first, leaves, bytes });
    this.#bytes += bytes;
    while (this.#blocks.length > MAX_BLOCKS || (this.#bytes > MAX_BYTES && this.#blocks.length > 1))
      this.#bytes -= this.#blocks.shift()!.bytes;
  }

  get(index: number): Uint8Array | undefined {
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      const { first, leaves } = this.#blocks[i]!;
      if (index >= first) return leaves[index - first];
    }
    return undefined;
  }
}
