/** What the newest blocks changed in state, so that two nodes that came to different roots can find the record on which they differ. */
import type { AppendedBlock } from '@tabularium/engine-port/chain';

const BLOCKS = 16;

export interface ChangedLeaf {
  readonly key: string;
  /** `stateLeafHash`, or null where the record is gone. */
  readonly leafHash: Uint8Array | null;
}

export class RecentChanges {
  /** By height, oldest first. */
  readonly #blocks = new Map<number, readonly ChangedLeaf[]>();

  add({ height, changes }: Pick<AppendedBlock, 'height' | 'changes'>): void {
    this.#blocks.set(
      height,
      changes.map(({ key, leafHash }) => ({ key, leafHash })),
    );
    if (this.#blocks.size > BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
  }

  of(height: number): readonly ChangedLeaf[] | undefined {
    return this.#blocks.get(height);
  }
}
