/**
 * What an engine asks of a store. One `commit` is one durable, atomic step: after it returns, the block
 * survives power loss; if the process dies inside it, nothing of the block is there.
 *
 * All calls are synchronous: the engine decides on one thread, and a store answers from its own file.
 */
import type { Refusal, StateReader, StoredEvent } from '@tabularium/kernel';

export interface Head {
  /** Number of seals, 0 before the first. */
  readonly height: number;
  /** Leaves in the log, seal included. */
  readonly size: number;
  /** Block time of the last seal, ms UTC; 0 before the first. */
  readonly time: number;
  /** SHA-256 of the last seal, lowercase hex; 64 zeros before the first. */
  readonly seal: string;
  /** State root after the last block, 32 bytes. */
  readonly state: Uint8Array;
  /** Newest signed checkpoint (note text), if any; where a block must be confirmed before it is signed, of an earlier size. */
  readonly checkpoint: string | undefined;
  /** Newest checkpoint that as many nodes have cosigned as count, if any; only where there are several. */
  readonly agreed: string | undefined;
  /** Newest checkpoint that somebody outside has cosigned, if any. */
  readonly witnessed: string | undefined;
}

export interface StateChange {
  readonly key: string;
  /** Canonical JSON, or null when the key is removed. */
  readonly value: string | null;
  /** SHA-256 of the key. */
  readonly keyHash: Uint8Array;
  /** SHA-256(00 ‖ keyHash ‖ SHA-256(value)), or null when removed. */
  readonly leafHash: Uint8Array | null;
  /** `ref` of the record that this replaces or removes, as `commit` gave it; 0 when the key is new. A wrong one is a broken invariant. */
  readonly ref: number;
}

export interface AcceptedId {
  readonly kid: string;
  readonly id: string;
  /** NumericDate seconds. */
  readonly exp: number;
  readonly name: string;
  readonly index: number;
}

export interface BlockCommit {
  readonly height: number;
  readonly time: number;
  /** Index of the block's first leaf. */
  readonly first: number;
  /** The block's leaves in order, its seal last. */
  readonly leaves: readonly Uint8Array[];
  /** SHA-256 of the seal, lowercase hex. */
  readonly seal: string;
  readonly stateRoot: Uint8Array;
  readonly changes: readonly StateChange[];
  readonly ids: readonly AcceptedId[];
  readonly events: readonly StoredEvent[];
  /** Hash tiles that became full with this block (256 hashes of 32 bytes). */
  readonly tiles: readonly { readonly level: number; readonly index: number; readonly hashes: Uint8Array }[];
  /** Signed note of the log's checkpoint; absent: it is not signed yet, and the one before stays. */
  readonly checkpoint?: string | undefined;
  /** The engine's note, opaque; absent: the one before stays. */
  readonly anchor?: string | undefined;
}

export interface StoredBlock {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  /** Leaves, seal included. */
  readonly count: number;
}

/** A refusal kept by transaction name until `until` (exp + 24 h, NumericDate seconds). */
export interface KeptRefusal {
  readonly name: string;
  readonly kid: string;
  readonly id: string;
  readonly refusal: Refusal;
  /** The signed notice, compact JWS. */
  readonly notice: string;
  readonly until: number;
}

/** The state tree's leaves in flat arrays: leaf i has 32 bytes at 32·i of `keyHashes` and `leafHashes`. */
export interface StateLeaves {
  readonly count: number;
  readonly keyHashes: Uint8Array;
  readonly leafHashes: Uint8Array;
  readonly refs: Uint32Array;
}

export interface Storage extends StateReader {
  head(): Head;
  /** The record under a key. A caller who knows how to find its `ref` (0: there is none) spares the store the search, which may be long. */
  get(key: string, locate?: (key: string) => number): string | undefined;
  /** Durable and atomic. Returns the `ref` of each change, in order (0 for removals). Throws `StorageFull` when the disk is full; the block is then not there. */
  commit(block: BlockCommit): readonly number[];
  /** Replace the newest checkpoint (a fresh cosignature), the newest agreed or the newest witnessed one; need not be durable. */
  saveCheckpoint(checkpoint: string, which?: 'newest' | 'agreed' | 'witnessed'): void;
  /** What the engine noted last, if anything: where whoever orders for it stands. */
  anchor(): string | undefined;
  /** Replace the engine's note where there is no block to write it with; need not be durable. */
  saveAnchor(anchor: string): void;
  /** Leaves from..to (exclusive), exact bytes. */
  leaves(from: number, to: number): readonly Uint8Array[];
  tile(level: number, index: number): Uint8Array | undefined;
  block(height: number): StoredBlock | undefined;
  /** The block that holds leaf `index`. */
  blockOf(index: number): StoredBlock | undefined;
  /** Events of blocks from..to (inclusive) in order. */
  events(
    from: number,
    to: number,
  ): Iterable<{ readonly height: number; readonly time: number; readonly first: number; readonly events: readonly StoredEvent[] }>;
  /** Log index of an accepted (kid, id) whose exp is after `now` (seconds). */
  findId(kid: string, id: string, now: number): number | undefined;
  /** Log index of the accepted transaction of this name. */
  findName(name: string): number | undefined;
  saveRefusals(refusals: readonly KeptRefusal[]): void;
  findRefusal(name: string): KeptRefusal | undefined;
  findRefusalById(kid: string, id: string): KeptRefusal | undefined;
  /** Key and value behind a leaf's `ref`. */
  record(ref: number): { readonly key: string; readonly value: string } | undefined;
  /**
   * All leaves of the state tree, sorted by keyHash: how the tree is laid out at open. `quick` takes them from wherever the store
   * has them ready; if their root is not the seal's, `records` hashes every record anew and mends what `quick` reads.
   */
  stateLeaves(source?: 'quick' | 'records'): StateLeaves;
  /** True, after a block, when the store would like to have the tree's leaves, so that `quick` stays quick. */
  readonly wantsLeaves?: boolean;
  /** Takes a copy of them, as of the newest block and in any order; it belongs to the store from here on. */
  keepLeaves?(leaves: StateLeaves): void;
  close(): void;
}

/** The disk (or a quota) has no room for the block; nothing of it is stored, and a later block may fit. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}

/** Another process, or another part of this one, already runs on the directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

/** What lies in the store cannot be what was written there; `message` names the height or the row. */
export class StorageDamaged extends Error {
  override readonly name = 'StorageDamaged';
}
