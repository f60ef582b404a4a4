/**
 * From a decided block to leaves, trees and one durable commit: what every engine does alike, so that from the same blocks every
 * engine makes the same log, leaf for leaf (DESIGN §4 Log, Seal, State; §5).
 *
 * The chain owns the two trees in memory. They run ahead of the store only within `append`: if the store does not take the block, both
 * go back to where they were, and nothing has happened. An engine whose blocks are confirmed elsewhere before they count prepares and commits
 * in two steps; between them the trees run ahead, and nothing is proven from them. Records are the store's at all times.
 */
import type { StateReader, StoredEvent } from '@tabularium/kernel';
import {
  formatCheckpoint,
  formatSeal,
  LogTree,
  leafHash,
  parseCheckpoint,
  parseNote,
  StateTree,
  stateLeafHash,
  TILE_WIDTH,
  type TreeChange,
} from '@tabularium/log';
import { type Crypto, equalBytes, isOrigin, type Transaction, toHex } from '@tabularium/protocol';
import { type AcceptedId, type BlockCommit, type Head, type StateChange, type Storage, StorageDamaged } from './storage.ts';

/** `app` of the seal: the version of the protocol that this code speaks. */
export const PROTOCOL_VERSION = 1;

/** A block as the machine decided it. */
export interface DecidedBlock {
  /** Integer ms UTC, not before the last block's. */
  readonly time: number;
  /** Accepted transactions in order. */
  readonly accepted: readonly Transaction[];
  /** Leaves that are no transaction (the charter), before all others. */
  readonly system?: readonly Uint8Array[];
  /** Final value of each changed key; null = removed. */
  readonly writes: ReadonlyMap<string, string | null>;
  readonly events: readonly StoredEvent[];
  /** The tlog-policy text after this block. */
  readonly policy: string;
}

/** A block that is laid out and not durable yet; the trees are ahead of the store by it. */
export interface PreparedBlock {
  readonly commit: BlockCommit;
  /** The text of the checkpoint that covers it. */
  readonly checkpointBody: string;
  /** What brings the state tree back. */
  readonly undo: readonly TreeChange[];
}

/** A block that is durable. */
export interface AppendedBlock {
  readonly height: number;
  readonly time: number;
  /** Index of its first leaf; accepted transaction i is leaf first + (number of system leaves) + i. */
  readonly first: number;
  /** Its leaves in order, seal last. */
  readonly leaves: readonly Uint8Array[];
  readonly size: number;
  readonly changedKeys: readonly string[];
  /** What became of them. */
  readonly changes: readonly StateChange[];
}

export interface ChainOptions {
  readonly storage: Storage;
  readonly crypto: Crypto;
  readonly origin: string;
  /** The newest blocks may lie beyond the newest checkpoint: they are signed once somebody else has confirmed them. */
  readonly unsigned?: boolean;
}

export class Chain {
  readonly log: LogTree;
  readonly state: StateTree;
  /** State as of the newest block; where a record lies, the tree knows. */
  readonly records: StateReader;
  readonly #storage: Storage;
  readonly #crypto: Crypto;
  readonly #origin: string;
  /** While a block is laid out: where the store still has the records that it changes. */
  #ahead: ReadonlyMap<string, number> | undefined;
  #policy = '';
  #policyDigest = '';

  private constructor({ storage, crypto, origin }: ChainOptions, log: LogTree, state: StateTree) {
    this.#storage = storage;
    this.#crypto = crypto;
    this.#origin = origin;
    this.log = log;
    this.state = state;
    const locate = (key: string): number => this.#ahead?.get(key) ?? state.refOf(crypto.sha256(crypto.utf8.encode(key)));
    this.records = {
      get: (key) => storage.get(key, locate),
      scan: (start, end, limit) => storage.scan(start, end, limit),
    };
  }

  /**
   * Lay out both trees from the store and hold them against the last seal and the newest checkpoint. Throws `StorageDamaged`, naming
   * the height, when they do not agree, and RangeError when the origin is none.
   */
  static open(options: ChainOptions): Chain {
    const { storage, crypto, origin, unsigned } = options;
    if (!isOrigin(origin)) throw new RangeError(`not an origin: ${JSON.stringify(origin)}`);
    const head = storage.head();
    const log = openLog(storage, crypto, head);
    const body = head.checkpoint === undefined ? undefined : parseCheckpoint(parseNote(head.checkpoint)?.text ?? '');
    const reaches = body !== undefined && (unsigned === true ? body.size <= head.size : body.size === head.size);
    if (head.checkpoint !== undefined && !(reaches && equalBytes(body.root, log.root(body.size)))) {
      throw new StorageDamaged(`the log at height ${head.height} does not have the root of its checkpoint`);
    }
    return new Chain(options, log, openState(storage, crypto, head));
  }

  /** The text of the checkpoint of the whole log, or of its first `size` leaves. */
  checkpointBody(size: number = this.log.size): string {
    return formatCheckpoint({ origin: this.#origin, size, root: this.log.root(size) });
  }

  /**
   * Write a block: leaves, seal, trees, one durable commit. `sign` makes the signed note of a checkpoint's text. Throws what the store
   * throws (`StorageFull` among it); then the chain stands where it stood.
   */
  append(block: DecidedBlock, sign: (checkpointBody: string) => string): AppendedBlock {
    const prepared = this.prepare(block);
    let checkpoint: string;
    try {
      checkpoint = sign(prepared.checkpointBody);
    } catch (error) {
      this.abandon(prepared);
      throw error;
    }
    return this.commit(prepared, { checkpoint });
  }

  /**
   * Lay a block out: leaves, seal, both trees ahead of the store. What follows is `commit` or `abandon`, of this block and before anything
   * else is asked of the chain.
   */
  prepare(block: DecidedBlock): PreparedBlock {
    const { time, accepted, system = [], writes, events, policy } = block;
    const { sha256, utf8 } = this.#crypto;
    const head = this.#storage.head();
    const first = this.log.size;
    if (first !== head.size) throw new Error(`the log has ${first} leaves in memory and ${head.size} in the store`);
    const height = head.height + 1;
    const { changes, undo } = this.#changes(writes);
    this.#ahead = new Map(changes.map(({ key, ref }) => [key, ref]));
    const leaves: Uint8Array[] = [...system];
    for (const { bytes } of accepted) leaves.push(bytes);
    try {
      const stateRoot = this.state.apply(changes);
      const seal = utf8.encode(
        formatSeal({
          app: PROTOCOL_VERSION,
          count: leaves.length,
          first,
          height,
          ledger: this.#origin,
          prev: head.seal,
          state: toHex(stateRoot),
          time,
          type: 'seal',
          v: 1,
          validators: this.#digestOf(policy),
        }),
      );
      leaves.push(seal);
      for (const leaf of leaves) this.log.append(leafHash(leaf, sha256));
      const ids = acceptedIds(accepted, first + system.length);
      const tiles = this.log.takeFullTiles();
      const commit = { height, time, first, leaves, seal: toHex(sha256(seal)), stateRoot, changes, ids, events, tiles };
      return { commit, checkpointBody: this.checkpointBody(), undo };
    } catch (error) {
      this.#goBack(first, undo);
      throw error;
    }
  }

  /**
   * Make a prepared block durable, with its signed checkpoint where it has one already and with the engine's note. Throws what the store
   * throws; then the chain stands where it stood.
   */
  commit(prepared: PreparedBlock, notes: { readonly checkpoint?: string; readonly anchor?: string }): AppendedBlock {
    const { height, time, first, leaves, changes } = prepared.commit;
    let refs: readonly number[];
    try {
      refs = this.#storage.commit({ ...prepared.commit, ...notes });
    } catch (error) {
      this.abandon(prepared);
      throw error;
    }
    this.#ahead = undefined;
    for (let i = 0; i < changes.length; i++) if (changes[i]!.ref === 0) this.state.setRef(changes[i]!.keyHash, refs[i]!);
    if (this.#storage.wantsLeaves === true) this.#storage.keepLeaves?.(this.state.leaves());
    return { height, time, first, leaves, size: first + leaves.length, changedKeys: changes.map(({ key }) => key), changes };
  }

  /** Forget a prepared block. */
  abandon({ commit, undo }: PreparedBlock): void {
    this.#goBack(commit.first, undo);
  }

  #goBack(size: number, undo: readonly TreeChange[]): void {
    this.#ahead = undefined;
    this.log.rewind(size);
    this.state.apply(undo);
  }

  /** The changes of the state tree, and what brings it back. */
  #changes(writes: ReadonlyMap<string, string | null>): { readonly changes: StateChange[]; readonly undo: TreeChange[] } {
    const { sha256, utf8 } = this.#crypto;
    const changes: StateChange[] = [];
    const undo: TreeChange[] = [];
    for (const [key, value] of writes) {
      const keyHash = sha256(utf8.encode(key));
      const before = this.state.get(keyHash);
      const ref = before?.ref ?? 0;
      // Removing what was never there (made and removed within one block) changes nothing.
      if (value === null && ref === 0) continue;
      const hash = value === null ? null : stateLeafHash(keyHash, sha256(utf8.encode(value)), sha256);
      changes.push({ key, value, keyHash, leafHash: hash, ref });
      undo.push(before ?? { keyHash, leafHash: null, ref: 0 });
    }
    return { changes, undo };
  }

  #digestOf(policy: string): string {
    if (policy !== this.#policy || this.#policyDigest === '') {
      this.#policy = policy;
      this.#policyDigest = toHex(this.#crypto.sha256(this.#crypto.utf8.encode(policy)));
    }
    return this.#policyDigest;
  }
}

function acceptedIds(accepted: readonly Transaction[], first: number): AcceptedId[] {
  return accepted.map(({ kid, name, payload: { id, exp } }, i) => ({ kid, id, exp, name, index: first + i }));
}

function openLog(storage: Storage, crypto: Crypto, head: Head): LogTree {
  const leaves = storage.leaves(head.size - (head.size % TILE_WIDTH), head.size);
  const tail = new Uint8Array(leaves.length * 32);
  leaves.forEach((leaf, i) => {
    tail.set(leafHash(leaf, crypto.sha256), i * 32);
  });
  return new LogTree(crypto.sha256, head.size, (level, index) => storage.tile(level, index), tail);
}

function openState(storage: Storage, crypto: Crypto, head: Head): StateTree {
  for (const source of ['quick', 'records'] as const) {
    const { count, keyHashes, leafHashes, refs } = storage.stateLeaves(source);
    let tree: StateTree;
    try {
      tree = StateTree.load(crypto.sha256, count, keyHashes, leafHashes, refs);
    } catch (error) {
      if (source === 'quick') continue;
      throw new StorageDamaged(`the records of height ${head.height} make no state tree`, { cause: error });
    }
    if (equalBytes(tree.root, head.state)) return tree;
  }
  throw new StorageDamaged(`the records do not have the state root in the seal of height ${head.height}`);
}
