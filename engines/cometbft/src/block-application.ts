/**
 * The ledger as CometBFT's application: what becomes of blocks that consensus orders (ABCI 2.0; DESIGN §4 Seal, Time, Keys of a node, §5).
 *
 * A proposal is decided when it is looked at, before anybody votes for it, and what came out is used when consensus has settled on it: so a
 * block at which the machine breaks never becomes one. Between FinalizeBlock and Commit the trees are ahead of the store; nobody is
 * answered from them.
 *
 * CometBFT's heights count blocks, the ledger's count seals. A block in which nothing was accepted and nothing fell due has no seal and
 * leaves state and app_hash as they were.
 */
import { type Clock, type MachinePort, SEAL_BYTES, type Storage } from '@tabularium/engine-port';
import type { AppendedBlock, Chain, PreparedBlock } from '@tabularium/engine-port/chain';
import type { BlockResult, Validator, Verdict } from '@tabularium/kernel';
import type { Crypto, Transaction } from '@tabularium/protocol';
import type {
  RequestFinalizeBlock,
  RequestPrepareProposal,
  RequestProcessProposal,
  ResponseFinalizeBlock,
  ValidatorUpdate,
} from 'cosmjs-types/tendermint/abci/types';
import type { AbciHandlers } from './abci-server.ts';
import type { Admissions } from './admissions.ts';
import type { CometLimits } from './limits.ts';
import { Parcels } from './parcels.ts';
import { awaitsBlock, type SnapshotSource, snapshotHandlers } from './snapshots.ts';
import { readWake } from './wake.ts';

const ACCEPT = 1;
const REJECT = 2;
const REFUSED = 1;
/** Members of a result that we have no use for. */
const NOTHING = { data: new Uint8Array(), log: '', info: '', gasWanted: 0n, gasUsed: 0n, events: [], codespace: '' };

/** An empty block that is no older has brought the time up as far as one will. */
const SOON_MS = 250;

const NO_HASH = new Uint8Array();
const NO_ANSWER = { info: '', index: 0n, key: new Uint8Array(), value: new Uint8Array(), height: 0n, codespace: '' };
const PEER_QUERY = /^\/p2p\/filter\/id\/([0-9a-f]{40})$/;
/** Peers are known by their keys; where they call from may change. */
const ADDRESS_QUERY = '/p2p/filter/addr/';

/** What a store notes of where CometBFT stands. */
export function formatAnchor(chainId: string, height: bigint): string {
  return `${chainId}/${height}`;
}

/** CometBFT's height in a note, 0 where it is none of this chain. */
export function readAnchor(anchor: string | undefined, chainId: string): number {
  return anchor?.startsWith(`${chainId}/`) === true ? Number(anchor.slice(chainId.length + 1)) : 0;
}

/** A transaction of a block that was admitted, and what the machine said of it. */
export interface Decided {
  /** Place of its parcel in the block. */
  readonly place: number;
  readonly hash: string;
  readonly transaction: Transaction;
  readonly verdict: Verdict;
}

export interface BlockApplicationOptions {
  readonly storage: Storage;
  readonly machine: MachinePort;
  readonly chain: Chain;
  readonly admissions: Admissions;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly limits: CometLimits;
  /** Of CometBFT's chain: heights noted under another one are not this one's. */
  readonly chainId: string;
  /** The newest block is confirmed: its checkpoint may be signed. */
  readonly onConfirmed: () => void;
  /** A block is durable; without `block` it left no trace. */
  readonly onCommitted: (decided: readonly Decided[], time: number, block: AppendedBlock | undefined) => void;
  /** Whether a peer with this id of CometBFT's is a node of the charter. */
  readonly isPeer: (id: string) => boolean;
  /** The machine broke at a proposal. */
  readonly onBroken: (error: unknown) => void;
  readonly snapshots: SnapshotSource | undefined;
  /** Name of an accepted transaction with this signer and id whose exp has not passed. */
  readonly acceptedName: (kid: string, id: string, time: number) => string | undefined;
}

/** The transactions of a proposal or a block. */
interface ReadBlock {
  /** Of its parcels, wakes too. */
  readonly hashes: readonly string[];
  readonly admitted: readonly Omit<Decided, 'verdict'>[];
  readonly allAdmitted: boolean;
}

/** A block that was looked at, and what becomes of it if consensus settles on it. */
interface Outcome {
  readonly key: string;
  /** Hashes of its parcels. */
  readonly parcels: readonly string[];
  readonly time: number;
  readonly decided: readonly Decided[];
  readonly result: BlockResult;
}

const NOTHING_DECIDED: BlockResult = { verdicts: [], deadlines: 0, events: [], writes: new Map(), policy: '' };

interface Pending {
  readonly cometHeight: bigint;
  readonly outcome: Outcome;
  readonly prepared: PreparedBlock | undefined;
  /** Its charter names no validators any more. */
  readonly endsTerm: boolean;
}

type Time = { readonly seconds: bigint; readonly nanos: number } | undefined;

export class BlockApplication {
  readonly #options: BlockApplicationOptions;
  readonly #parcels: Parcels;
  #outcome: Outcome | undefined;
  #pending: Pending | undefined;
  /** When the newest block became durable here, if it was empty; ms UTC. */
  #emptyAt: number | undefined;
  /** The term's last block is durable: no further one has anything in it. */
  #isOver = false;

  constructor(options: BlockApplicationOptions) {
    this.#options = options;
    this.#parcels = new Parcels(options.admissions);
  }

  get handlers(): AbciHandlers {
    const { snapshots } = this.#options;
    return {
      ...(snapshots === undefined ? {} : snapshotHandlers(snapshots, () => this.#cometHeight)),
      info: () => ({
        data: 'tabularium',
        version: '',
        appVersion: 1n,
        lastBlockHeight: BigInt(this.#cometHeight),
        // While a block is laid out, the trees are ahead of what is durable.
        lastBlockAppHash: this.#cometHeight === 0 ? NO_HASH : this.#appHash(this.#options.storage.head().size),
      }),
      // The genesis names the validators of the charter already. What the chain begins with is in its name; the first block has another hash
      // than none, so CometBFT makes a second one by itself (see `CometRpc.broadcast`).
      initChain: () => ({ validators: [], appHash: NO_HASH }),
      checkTx: async ({ tx }) => {
        const fault = await this.#faultOf(tx);
        // A transaction is worth one unit of gas, a block as many as it may carry: so CometBFT proposes no more than that.
        const gasWanted = BigInt(this.#parcels.of(tx).transactions.length);
        return { ...NOTHING, gasWanted, code: fault === undefined ? 0 : REFUSED, log: fault ?? '' };
      },
      prepareProposal: (request) => this.#prepareProposal(request),
      processProposal: async (request) => ({ status: (await this.#isGood(request)) ? ACCEPT : REJECT }),
      finalizeBlock: (request) => this.#finalizeBlock(request),
      commit: () => this.#commit(),
      query: ({ path }) => ({ ...NO_ANSWER, ...this.#query(path) }),
    };
  }

  /** True once the charter names no validators and nothing more is decided here. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** True where trees and store stand at the same block. */
  get isSettled(): boolean {
    return this.#pending?.prepared === undefined;
  }

  /** A snapshot waits for a block, whatever is in it. */
  get awaitsBlock(): boolean {
    const { snapshots } = this.#options;
    return snapshots !== undefined && awaitsBlock(snapshots, this.#cometHeight);
  }

  /** Of the newest block that is durable here. */
  get #cometHeight(): number {
    return readAnchor(this.#options.storage.anchor(), this.#options.chainId);
  }

  /** CometBFT asks whether it may speak with a peer; whatever else people want to know, the node's own API tells. */
  #query(path: string): { readonly code: number; readonly log: string } {
    const id = PEER_QUERY.exec(path)?.[1];
    if (id !== undefined) return this.#options.isPeer(id) ? { code: 0, log: '' } : { code: REFUSED, log: 'no node of the charter' };
    return { code: path.startsWith(ADDRESS_QUERY) ? 0 : REFUSED, log: 'the node’s own API answers questions' };
  }

  /** app_hash: SHA-256 of the text of the checkpoint of all leaves, or of the first `size`. */
  #appHash(size?: number): Uint8Array {
    const { chain, crypto } = this.#options;
    return crypto.sha256(crypto.utf8.encode(chain.checkpointBody(size)));
  }

  /** Why these bytes may not be in a block; undefined where they may. */
  async #faultOf(tx: Uint8Array): Promise<string | undefined> {
    const { crypto, machine, chain, clock, admissions } = this.#options;
    const due = readWake(tx, crypto.utf8);
    if (due !== undefined) {
      const open = machine.nextDeadline(chain.records);
      const isDue = open !== undefined && open <= due;
      return (isDue || this.awaitsBlock) && due <= clock() ? undefined : 'wake-not-due';
    }
    const { transactions, hashes } = this.#parcels.of(tx);
    const fault = (await admissions.of(transactions, hashes)).find(({ ok }) => !ok);
    if (fault === undefined || fault.ok) return undefined;
    return fault.kind === 'malformed' ? fault.code : fault.refusal.code;
  }

  /**
   * What fits, in the order it came. A header's time is that of the votes for the block before, so after idle hours it lies far back: then
   * the block stays empty, its votes bring the time up, and the next one carries what waits. Where they did not (votes take longer than the
   * charter lets the time trail), another empty block would not either.
   */
  async #prepareProposal({ txs, maxTxBytes, time }: RequestPrepareProposal): Promise<{ txs: Uint8Array[] }> {
    const { limits, clock } = this.#options;
    if (this.#isOver) return { txs: [] };
    const now = clock();
    const isStale = now - msOf(time) > limits.maxLagMs;
    const wasRefreshed = this.#emptyAt !== undefined && now - this.#emptyAt <= SOON_MS;
    if (txs.length > 0 && isStale && !wasRefreshed) return { txs: [] };
    const chosen: Uint8Array[] = [];
    let room = Math.min(Number(maxTxBytes), limits.blockBytes) - SEAL_BYTES;
    let places = limits.blockCount;
    for (const tx of txs) {
      const { length } = this.#parcels.of(tx).transactions;
      // A length of its own stands before each in CometBFT's block, and before each transaction in ours.
      room -= tx.length + 8 * length;
      places -= length;
      if (room < 0 || places < 0) break;
      chosen.push(tx);
    }
    return { txs: chosen };
  }

  async #isGood({ txs, time }: RequestProcessProposal): Promise<boolean> {
    const { limits, onBroken } = this.#options;
    if (txs.length > (this.#isOver ? 0 : limits.blockCount)) return false;
    const transactions = txs.flatMap((tx) => this.#parcels.of(tx).transactions);
    const bytes = transactions.reduce((sum, { length }) => sum + length + 2, SEAL_BYTES);
    if (transactions.length > limits.blockCount || bytes > limits.blockBytes) return false;
    const read = await this.#read(txs);
    if (!read.allAdmitted) return false;
    try {
      this.#decide(read, msOf(time));
      return true;
    } catch (error) {
      onBroken(error);
      return false;
    }
  }

  /** The transactions of a block, wakes aside, as admission sees them. */
  async #read(txs: readonly Uint8Array[]): Promise<ReadBlock> {
    const { admissions, crypto } = this.#options;
    const parcels = txs.map((tx) => this.#parcels.of(tx));
    const given = parcels.flatMap(({ transactions, hashes }, place) =>
      readWake(txs[place]!, crypto.utf8) === undefined ? transactions.map((bytes, i) => ({ place, bytes, hash: hashes[i]! })) : [],
    );
    const verdicts = await admissions.of(
      given.map(({ bytes }) => bytes),
      given.map(({ hash }) => hash),
    );
    const admitted = given.flatMap(({ place, hash }, i) => {
      const verdict = verdicts[i]!;
      return verdict.ok ? [{ place, hash, transaction: verdict.transaction }] : [];
    });
    return { hashes: parcels.map(({ hash }) => hash), admitted, allAdmitted: admitted.length === given.length };
  }

  /** What the machine makes of a block; the same block is decided once. Throws what the machine throws. */
  #decide({ hashes, admitted }: ReadBlock, headerTime: number): Outcome {
    const { storage, machine, chain, acceptedName } = this.#options;
    const head = storage.head();
    const time = Math.max(head.time, headerTime);
    // After the term's last block nothing falls due until the one node that is left goes on.
    if (this.#isOver) return { key: '', parcels: [], time, decided: [], result: NOTHING_DECIDED };
    const key = `${head.height} ${time} ${hashes.join(' ')}`;
    if (this.#outcome?.key === key) return this.#outcome;
    const transactions = admitted.map(({ transaction }) => transaction);
    const result = machine.execute(
      { height: head.height + 1, time, transactions, accepted: (kid, id) => acceptedName(kid, id, time) },
      chain.records,
    );
    if (result.verdicts.length !== transactions.length)
      throw new Error(`${result.verdicts.length} verdicts on ${transactions.length} transactions`);
    const decided = admitted.map((one, i) => ({ ...one, verdict: result.verdicts[i]! }));
    this.#outcome = { key, parcels: hashes, time, decided, result };
    return this.#outcome;
  }

  async #finalizeBlock({ txs, height, time }: RequestFinalizeBlock): Promise<ResponseFinalizeBlock> {
    const { chain, onConfirmed } = this.#options;
    // CometBFT has compared the app_hash in this block's header with ours: a quorum has the block before, too.
    if (this.#pending !== undefined) this.#abandon();
    onConfirmed();
    const outcome = this.#decide(await this.#read(this.#isOver ? [] : txs), msOf(time));
    const { result, decided } = outcome;
    const accepted = decided.filter(({ verdict }) => verdict.kind === 'accepted').map(({ transaction }) => transaction);
    const leavesTrace = accepted.length > 0 || result.deadlines > 0;
    if (!leavesTrace && (result.writes.size > 0 || result.events.length > 0))
      throw new Error('the machine changed state without accepting anything');
    const { writes, events, policy } = result;
    const prepared = leavesTrace ? chain.prepare({ time: outcome.time, accepted, writes, events, policy }) : undefined;
    const { updates, endsTerm } = leavesTrace ? this.#changesOf(result) : { updates: [], endsTerm: false };
    this.#pending = { cometHeight: height, outcome, prepared, endsTerm };
    // CometBFT keeps what succeeded from coming again. A wake must be able to: for more deadlines of the same time, or at a later block; and
    // so must a parcel of which something was refused.
    const codes = new Map(decided.map(({ place }) => [place, 0]));
    for (const { place, verdict } of decided) if (verdict.kind === 'refused') codes.set(place, REFUSED);
    return {
      events: [],
      txResults: txs.map((_, place) => ({ ...NOTHING, code: codes.get(place) ?? REFUSED })),
      validatorUpdates: updates,
      appHash: this.#appHash(),
    };
  }

  /** What a block changes about who votes, and whether nobody does from here on. */
  #changesOf({ policy, writes }: BlockResult): { readonly updates: ValidatorUpdate[]; readonly endsTerm: boolean } {
    const { machine, chain } = this.#options;
    const { records } = chain;
    if (policy === machine.policy(records)) return { updates: [], endsTerm: false };
    const get = (key: string): string | undefined => (writes.has(key) ? (writes.get(key) ?? undefined) : records.get(key));
    const before = powersOf(machine.validators(records));
    const after = powersOf(machine.validators({ get, scan: () => [] }));
    // CometBFT cannot be without validators: it keeps those it has until it is stopped.
    if (after.size === 0) return { updates: [], endsTerm: before.size > 0 };
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key)).sort();
    const updates = changed.map((key) => ({ pubKey: { ed25519: Buffer.from(key, 'base64') }, power: BigInt(after.get(key) ?? 0) }));
    return { updates, endsTerm: false };
  }

  #abandon(): void {
    const { prepared } = this.#pending!;
    this.#pending = undefined;
    if (prepared !== undefined) this.#options.chain.abandon(prepared);
  }

  #commit(): { retainHeight: bigint } {
    const { chain, storage, clock, chainId, snapshots, onCommitted } = this.#options;
    if (this.#pending === undefined) throw new Error('there is no block to commit');
    const { cometHeight, outcome, prepared, endsTerm } = this.#pending;
    const anchor = formatAnchor(chainId, cometHeight);
    this.#pending = undefined;
    this.#outcome = undefined;
    const block = prepared === undefined ? undefined : chain.commit(prepared, { anchor });
    if (prepared === undefined) storage.saveAnchor(anchor);
    this.#isOver ||= endsTerm;
    this.#emptyAt = outcome.parcels.length === 0 ? clock() : undefined;
    this.#parcels.forget(outcome.parcels);
    onCommitted(outcome.decided, outcome.time, block);
    snapshots?.committed(Number(cometHeight));
    return { retainHeight: BigInt(snapshots?.retainHeight ?? 0) };
  }
}

function powersOf(validators: readonly Validator[]): ReadonlyMap<string, number> {
  return new Map(validators.map(({ key, power }) => [key, power]));
}

/** Milliseconds UTC of a protobuf timestamp, rounded down. */
function msOf(time: Time): number {
  if (time === undefined) throw new Error('a block without a time');
  return Number(time.seconds) * 1_000 + Math.floor(time.nanos / 1_000_000);
}
