/**
 * A ledger by executing somebody's log: every leaf is held against the signed checkpoint, every block is decided again and written into a
 * store of this directory's own, and the seal that comes out must be the one in the log. Nothing is taken over but what people signed, so
 * what lies here in the end is as good as if this node had been there from the first block.
 *
 * `charter.json` is written last and the checkpoint shortly before it. A directory that was interrupted lacks both and is no ledger to any
 * other command; doing it again carries on from its newest block, or begins anew where that is not of the log any more. A ledger that is
 * whole is carried on only by a log whose checkpoint a node of its own charter has signed.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { nodeCrypto, nodeSigner } from '@tabularium/crypto';
import type { Clock } from '@tabularium/engine-port';
import { Chain } from '@tabularium/engine-port/chain';
import { Notary } from '@tabularium/engine-port/notary';
import { Proofs } from '@tabularium/engine-port/proofs';
import { decodeCharter, type StoredEvent } from '@tabularium/kernel';
import { type Checkpoint, checkPolicy, parseCheckpoint, parseNote, parsePolicy, parseSeal, type Seal, TILE_WIDTH } from '@tabularium/log';
import { equalBytes, toHex } from '@tabularium/protocol';
import { openLedgerReader, type SqliteStorage } from '@tabularium/store';
import type { LogSource } from './audit/audit-source.ts';
import { comparePredecessor, decideBlock, type LedgerBefore } from './audit/decide-block.ts';
import { Differs, differs, readable, sealPlace } from './audit/difference.ts';
import { LEAVES_AT_ONCE } from './audit/http-source.ts';
import { LogBlocks } from './audit/log-blocks.ts';
import { CheckedLog } from './checked-log.ts';
import { type DataDirectory, dataDirectory, readIfThere, writeWhole } from './data-directory.ts';
import { jwkOf } from './key-table.ts';
import { ledgerMachine } from './ledger-machine.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { NodeFault } from './node-fault.ts';
import { loadIdentity, type NodeIdentity } from './node-identity.ts';
import { inWords } from './open-ledger.ts';
import { carriedRecords, MAX_PREDECESSORS, type PredecessorOf } from './predecessor.ts';

/** A block that was decided again, and has the seal that the log has. */
export interface ReplicatedBlock {
  readonly height: number;
  readonly time: number;
  /** Index of its first leaf. */
  readonly first: number;
  /** Its seal last. */
  readonly leaves: readonly Uint8Array[];
  readonly events: readonly StoredEvent[];
}

export interface ReplicateOptions {
  /** Stays the caller's to close. */
  readonly source: LogSource;
  /** A new data directory, with the keys of its node or without; or one whose ledger is carried on. */
  readonly dir: string;
  /** The ledger that it must be. */
  readonly origin?: string;
  readonly clock?: Clock;
  /** Ends it between two blocks, with the signal's reason; doing it again carries on. */
  readonly signal?: AbortSignal;
  /** Leaves of this ledger, or of the one before it. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends with the first block of which this is true; the checkpoint is then this node's own. `seal`: SHA-256 of its seal, lowercase hex. */
  readonly until?: (seal: string) => boolean;
  /** Told of each block before it is durable here: after an interruption, of the last one again. A predecessor's blocks are not told. */
  readonly onBlock?: (block: ReplicatedBlock) => void | Promise<void>;
}

export interface Replica {
  readonly origin: string;
  readonly height: number;
  readonly size: number;
  /**
   * The newest checkpoint. Undefined where it ended before the source's and the directory has no keys to sign one with: then it has all
   * blocks and is no ledger.
   */
  readonly checkpoint: string | undefined;
}

/**
 * Throws `NodeFault`: `audit-difference` where the log does not bear itself out (height, and what differs, are named), `input-invalid` where
 * the source cannot be read, is another ledger, lacks its predecessor, or never comes to where this was to end, `would-fork` where the ledger
 * in the directory has gone another way, `directory-taken` where it is being founded or is CometBFT's to carry on, `node-keys` where this
 * ends before the checkpoint and the keys are none of the charter's, `directory-in-use`, `damaged`.
 */
export async function replicateLedger(options: ReplicateOptions): Promise<Replica> {
  try {
    return await replicate(options, 0);
  } catch (error) {
    if (error instanceof Differs) {
      throw new NodeFault('audit-difference', `${options.source.name}: ${error.message}`, { cause: error });
    }
    throw inWords(error);
  }
}

async function replicate(options: ReplicateOptions, depth: number): Promise<Replica> {
  const { source } = options;
  const place = dataDirectory(options.dir);
  const newest = 'the newest checkpoint';
  const note = (await readable(() => source.checkpoint(), newest)) ?? differs('checkpoint', newest, 'there is none');
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '') ?? differs('checkpoint', newest, 'it is not a signed checkpoint');
  if (checkpoint.size === 0) differs('log-incomplete', 'entry 0', 'the checkpoint covers no entry');
  const charter = readIfThere(place.charter);
  for (const origin of [options.origin, charter && decodeCharter(charter, nodeCrypto).origin]) {
    if (origin !== undefined && origin !== checkpoint.origin)
      throw new NodeFault('input-invalid', `${source.name} is the ledger ${checkpoint.origin}, not ${origin}`);
  }
  const log = await CheckedLog.open(source, checkpoint);
  const { storage, chain } = await openStore(place, source, log, checkpoint);
  try {
    const replica = await new Replication({ ...options, place, note, checkpoint, log, storage, chain, depth }).run();
    const [leaf] = storage.leaves(0, 1);
    storage.close();
    if (charter === undefined && replica.checkpoint !== undefined) writeWhole(place.charter, leaf!);
    return replica;
  } finally {
    storage.close();
  }
}

interface Store {
  readonly storage: SqliteStorage;
  readonly chain: Chain;
}

/** The directory's store where what it holds is of this log; emptied where it is not and never had a checkpoint. */
async function openStore(place: DataDirectory, source: LogSource, log: CheckedLog, checkpoint: Checkpoint): Promise<Store> {
  const { origin, size } = checkpoint;
  const storage = openLedgerStorage(place.dir);
  try {
    const chain = Chain.open({ storage, crypto: nodeCrypto, origin, unsigned: true });
    const head = storage.head();
    const isWhole = head.checkpoint !== undefined;
    if (!isWhole && existsSync(place.charter))
      throw new NodeFault('directory-taken', `${place.dir} holds a ledger that is being founded`, { next: 'start' });
    if ((storage.anchor() ?? '') !== '')
      throw new NodeFault('directory-taken', `CometBFT carries on the ledger in ${place.dir}`, { next: 'start' });
    const common = Math.min(head.size, size);
    const agrees = equalBytes(chain.log.root(common), await log.root(common));
    if (agrees && (isWhole || head.size <= size)) return { storage, chain };
    if (isWhole) {
      const message = `${place.dir} and ${source.name} are two histories of ${origin}: their first ${common} leaves differ`;
      throw new NodeFault('would-fork', message, { next: `audit ${place.dir}` });
    }
  } catch (error) {
    storage.close();
    throw error;
  }
  storage.close();
  for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'state-tree.base', 'predecessor'])
    rmSync(join(place.dir, name), { recursive: true, force: true });
  return openStore(place, source, log, checkpoint);
}

interface ReplicationOptions extends ReplicateOptions, Store {
  readonly place: DataDirectory;
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly log: CheckedLog;
  /** How many ledgers succeeded this one. */
  readonly depth: number;
}

class Replication {
  readonly #options: ReplicationOptions;
  readonly #machine = ledgerMachine();
  readonly #blocks: LogBlocks;
  readonly #before: LedgerBefore;

  constructor(options: ReplicationOptions) {
    const { storage, chain, place } = options;
    const head = storage.head();
    const [leaf] = storage.leaves(0, 1);
    const proofs = new Proofs({ storage, chain, crypto: nodeCrypto, keyOf: (kid) => jwkOf(kid, storage) });
    this.#options = options;
    this.#blocks = new LogBlocks(nodeCrypto, leaf && { charter: decodeCharter(leaf, nodeCrypto), head });
    this.#before = {
      machine: this.#machine,
      crypto: nodeCrypto,
      records: chain.records,
      accepted: (kid, id, time) => proofs.acceptedName(kid, id, time),
      carried: () => carriedRecords(place),
    };
  }

  async run(): Promise<Replica> {
    const { source, storage, note, checkpoint, until, onProgress } = this.#options;
    const { origin, size } = checkpoint;
    const before = storage.head();
    if (before.checkpoint !== undefined && before.size < size) this.#requireSigned(note);
    if (until?.(before.seal) !== true && !(await this.#execute(before.size)) && until !== undefined)
      throw new NodeFault('input-invalid', `from height ${before.height} on, ${source.name} has no block with which this was to end`);
    if (before.size <= size) {
      this.#requireSigned(note);
      const signed = this.#signed(note);
      if (signed !== undefined) storage.saveCheckpoint(signed);
    }
    const head = storage.head();
    onProgress?.(head.size, head.size);
    return { origin, height: head.height, size: head.size, checkpoint: head.checkpoint };
  }

  /** True where it ended because it was to end there. */
  async #execute(begin: number): Promise<boolean> {
    const { log, storage, checkpoint, signal, until, onProgress } = this.#options;
    const { size } = checkpoint;
    for (let from = begin; from < size; ) {
      onProgress?.(from, size);
      const to = Math.min(size, from - (from % TILE_WIDTH) + LEAVES_AT_ONCE);
      for (const leaf of await unlessAborted(signal, () => log.leaves(from, to))) {
        if ((await this.#take(leaf)) && until?.(storage.head().seal) === true) return true;
      }
      from = to;
    }
    if (this.#blocks.open > 0) differs('log-incomplete', `entry ${size - 1}`, 'the checkpoint ends within a block', { index: size - 1 });
    return false;
  }

  /** True where the leaf completed a block. */
  async #take(leaf: Uint8Array): Promise<boolean> {
    const { chain, signal, onBlock } = this.#options;
    const block = this.#blocks.take(leaf);
    if (block === undefined) return false;
    const { charter } = this.#blocks;
    const { height, time, first } = block.seal;
    if (height === 1 && charter.predecessor !== undefined) await this.#replicatePredecessor(charter.predecessor);
    // Blocks of a directory's log come without a pause, and others want their turn.
    await setImmediate();
    signal?.throwIfAborted();
    const { transactions: accepted, result } = decideBlock(block, charter, this.#before);
    const { writes, events, policy } = result;
    const prepared = chain.prepare({ time, accepted, system: height === 1 ? block.leaves : [], writes, events, policy });
    const { leaves } = prepared.commit;
    compareSeals(parseSeal(leaves.at(-1)!)!, block.seal);
    await onBlock?.({ height, time, first, leaves, events });
    chain.commit(prepared, {});
    return true;
  }

  /** The ledger before this one, in its folder; what it ended with is carried over into block 1. */
  async #replicatePredecessor(stated: PredecessorOf): Promise<void> {
    const { source, place, depth, signal, onProgress } = this.#options;
    const missing = (detail: string): NodeFault =>
      new NodeFault('input-invalid', `this ledger succeeded ${stated.origin} and carries its records over, and ${source.name} ${detail}`);
    if (depth === MAX_PREDECESSORS) throw missing('names more ledgers before it than anybody reads');
    const before = source.predecessor();
    try {
      if ((await before?.checkpoint()) === undefined) throw missing('does not have its log');
      const dir = place.predecessor;
      await replicate(
        { source: before!, dir, origin: stated.origin, ...(signal && { signal }), ...(onProgress && { onProgress }) },
        depth + 1,
      );
    } finally {
      before?.close();
    }
    const reader = openLedgerReader(dataDirectory(place.predecessor).ledger);
    const { height, size, state } = reader.head();
    reader.close();
    comparePredecessor(stated, { origin: stated.origin, height, size, state: toHex(state) });
  }

  /** At least one node of the charter in force has signed the note, and no signature of anybody known is wrong. */
  #requireSigned(note: string): void {
    const policy = parsePolicy(this.#machine.policy(this.#options.chain.records), nodeCrypto);
    const checked = policy.ok ? checkPolicy(policy.policy, note, nodeCrypto) : policy;
    if (!checked.ok && checked.code !== 'quorum-not-met')
      differs('checkpoint', 'the newest checkpoint', `no node of the charter in force has signed it (${checked.code})`);
  }

  /** The checkpoint of what is here: this node's, where it is one of the charter's, with the signatures that the source has for it. */
  #signed(note: string): string | undefined {
    const { chain, checkpoint, clock = Date.now } = this.#options;
    const isAll = chain.log.size === checkpoint.size;
    const identity = this.#identity(isAll);
    if (identity === undefined) return isAll ? note : undefined;
    const { keys, vkeys } = identity;
    const notary = new Notary({ origin: checkpoint.origin, signer: nodeSigner(keys), clock, crypto: nodeCrypto, vkeys });
    const own = notary.sign(chain.checkpointBody());
    return isAll ? notary.addLines(own, [note.slice(note.indexOf('\n\n') + 2)]) : own;
  }

  /** Undefined where this node is none of the charter's and need not be. */
  #identity(isAll: boolean): NodeIdentity | undefined {
    const { chain, place } = this.#options;
    try {
      return loadIdentity(place.keys, this.#machine.charter(chain.records));
    } catch (error) {
      const isNobody = error instanceof NodeFault && error.code === 'node-keys' && (isAll || !existsSync(place.keys));
      if (isNobody) return undefined;
      throw error;
    }
  }
}

function compareSeals(made: Seal, stated: Seal): void {
  const { height, first, count } = stated;
  for (const member of Object.keys(made) as (keyof Seal)[]) {
    if (made[member] === stated[member]) continue;
    const index = first + count;
    const detail = `block ${height} leads to the ${member} ${made[member]}, not ${stated[member]}`;
    differs(member === 'state' ? 'state-root' : 'seal', sealPlace(height, index), detail, { index, height });
  }
}

/** What the work gives, or the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
