/**
 * Snapshots of the ledger as CometBFT's state sync speaks of them (ABCI 2.0, "State Sync"). How they are made, and what is in them, is the
 * business of whoever keeps the ledger on its disk; these are the two doors to it, and what answers CometBFT through the first.
 */
import type { AbciHandlers } from './abci-server.ts';

/** A snapshot as nodes tell each other of it. */
export interface OfferedSnapshot {
  /** CometBFT's height. */
  readonly height: number;
  readonly format: number;
  /** How many. */
  readonly chunks: number;
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
}

/** The snapshots that a node has for others. */
export interface SnapshotSource {
  list(): readonly OfferedSnapshot[];
  /** Undefined where there is none. */
  chunk(height: number, format: number, index: number): Promise<Uint8Array | undefined>;
  /** Somebody joins, and finds none: where there is none at all, one is made with the next block. */
  wanted(): void;
  readonly isWanted: boolean;
  /** The block at this height of CometBFT's is durable, and none after it. */
  committed(cometHeight: number): void;
  /** CometBFT's height before which no block is needed any more; 0: all are. */
  readonly retainHeight: number;
}

/** `reject`: this one shall not be offered again. */
export type OfferVerdict = 'accept' | 'reject' | 'reject-format';

/** Where a node that joins puts a ledger together. */
export interface SnapshotTarget {
  /** What consensus has proven of the snapshot's height is `appHash`. Whatever was begun before is dropped. */
  offer(snapshot: OfferedSnapshot, appHash: Uint8Array): Promise<OfferVerdict> | OfferVerdict;
  /** The next chunk. `refetch`: ask somebody else for it; `restart`: offer the snapshot again; `whole`: that was the last, and all of it fits. */
  apply(index: number, chunk: Uint8Array): Promise<'accept' | 'refetch' | 'restart' | 'reject' | 'whole'>;
  /** Puts the ledger that is whole in its place. */
  install(): void;
  /** Drops what was begun. May be called again. */
  close(): void;
}

/** A light client proves what a block led to by the two blocks after it. */
const PROVEN_AFTER = 2;

/** Whether a snapshot waits for blocks, to be made or to be proven; `cometHeight`: of the newest. An idle ledger makes them if it is asked. */
export function awaitsBlock(source: Pick<SnapshotSource, 'list' | 'isWanted'>, cometHeight: number): boolean {
  return source.isWanted || source.list().some(({ height }) => height + PROVEN_AFTER > cometHeight);
}

/** What answers CometBFT for those who join. `cometHeight`: of the newest block that is durable here. */
export function snapshotHandlers(
  source: Pick<SnapshotSource, 'list' | 'chunk' | 'wanted'>,
  cometHeight: () => number,
): Pick<AbciHandlers, 'listSnapshots' | 'loadSnapshotChunk'> {
  return {
    listSnapshots: () => {
      // One that cannot be proven yet would be rejected, and never be looked at again.
      const proven = source.list().filter(({ height }) => height + PROVEN_AFTER <= cometHeight());
      if (proven.length === 0) source.wanted();
      return {
        snapshots: proven.map(({ height, format, chunks, hash, metadata }) => ({ height: BigInt(height), format, chunks, hash, metadata })),
      };
    },
    // An empty answer is none, which CometBFT hands on as such.
    loadSnapshotChunk: async ({ height, format, chunk }) => ({
      chunk: (await source.chunk(Number(height), format, chunk)) ?? new Uint8Array(0),
    }),
  };
}
