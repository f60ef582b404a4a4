/**
 * The engine of many nodes (DESIGN §5): CometBFT orders, the same machine decides, and the log is leaf for leaf what the embedded engine
 * would make of the same blocks.
 *
 * A submission is verified, handed to the orderer and answered when the block that carries it is durable here and the next one shows that a
 * quorum came to the same (`app_hash`): only then is its checkpoint signed, and a receipt can go with the answer. CometBFT makes that next
 * block by itself. What is refused needs no receipt and is answered with its block.
 */
import {
  type Admission,
  type Admit,
  type Clock,
  type Engine,
  type Head,
  type MachinePort,
  nodeTimers,
  type Outcome,
  type Placed,
  type SealedBlock,
  type Storage,
  StorageDamaged,
  type Timers,
} from '@tabularium/engine-port';
import { BlockListeners } from '@tabularium/engine-port/block-listeners';
import { type AppendedBlock, Chain } from '@tabularium/engine-port/chain';
import { Checkpoints, sizeIn } from '@tabularium/engine-port/checkpoints';
import { Notary, type NotaryOptions } from '@tabularium/engine-port/notary';
import { type FactDraft, joinReceipt, type KeyOf, Proofs, type ReceiptParts } from '@tabularium/engine-port/proofs';
import { Recosigner } from '@tabularium/engine-port/recosigner';
import type { StateReader } from '@tabularium/kernel';
import type { FactBundle } from '@tabularium/log';
import type { Crypto, Transaction } from '@tabularium/protocol';
import type { AbciHandlers } from './abci-server.ts';
import { Admissions } from './admissions.ts';
import { BlockApplication, type Decided, readAnchor } from './block-application.ts';
import { HandOver, type Orderer } from './hand-over.ts';
import { type CometLimits, DEFAULT_LIMITS } from './limits.ts';
import { type ChangedLeaf, RecentChanges } from './recent-changes.ts';
import type { SnapshotSource } from './snapshots.ts';
import { UnderWay } from './under-way.ts';
import { wakeBytes } from './wake.ts';

const MAX_TIMER_MS = 2 ** 31 - 1;
/** Between one wake and the next for the same time, where the block before did not bring it about. */
const WAKE_AGAIN_MS = 100;
const CLOSE_MS = 10_000;

export interface CometEngineOptions extends NotaryOptions {
  /** Founded; stays the caller's to close, after the engine. */
  readonly storage: Storage;
  readonly machine: MachinePort;
  readonly admit: Admit;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly keyOf: KeyOf;
  readonly limits?: Partial<CometLimits>;
  readonly timers?: Timers;
  /** Told of what went wrong beside the ledger, and of what halted the engine. */
  readonly report?: (error: unknown) => void;
  /** Of CometBFT's chain. */
  readonly chainId: string;
  /** Whether a peer with this id of CometBFT's is a node of the charter. Default: whoever it is. */
  readonly isPeer?: (id: string) => boolean;
  /** A block is durable here; others may not have confirmed it yet. What admission needs of it is needed for the next block. */
  readonly onDurable?: (changedKeys: readonly string[]) => void;
  /** The checkpoint of this size with as many nodes' cosignatures as count, once it is there; undefined where that takes too long. */
  readonly agreedAt?: (size: number) => Promise<string | undefined>;
  /** This node has signed a checkpoint, of a new block or once more. */
  readonly onSigned?: (note: string) => void;
  /** The snapshots that this node has for those who join; without, others' CometBFT finds none here, and blocks stay. */
  readonly snapshots?: SnapshotSource;
  /** The charter names no validators any more, and the block that says so is signed: this engine makes no further one. */
  readonly onOver?: () => void;
}

/** Open the engine over a founded ledger. Throws `StorageDamaged` when trees, seal and checkpoint do not agree. */
export function openCometEngine(options: CometEngineOptions): CometEngine {
  return new CometEngine(options);
}

export class CometEngine implements Engine {
  readonly #storage: Storage;
  readonly #machine: MachinePort;
  readonly #clock: Clock;
  readonly #crypto: Crypto;
  readonly #limits: CometLimits;
  readonly #timers: Timers;
  readonly #report: (error: unknown) => void;
  readonly #chain: Chain;
  readonly #notary: Notary;
  readonly #proofs: Proofs;
  readonly #checkpoints: Checkpoints;
  readonly #recosigner: Recosigner;
  readonly #options: CometEngineOptions;
  readonly #admissions: Admissions;
  readonly #application: BlockApplication;
  readonly #listeners: BlockListeners;
  readonly #underWay: UnderWay;
  readonly #handOver: HandOver;
  /** What is to be told once the newest block is signed, by hash of the bytes. */
  readonly #unconfirmed = new Map<string, Outcome>();
  /** The newest block, until it is signed. */
  #unsigned: AppendedBlock | undefined;
  readonly #changes = new RecentChanges();
  /** Size of the newest checkpoint of this node's. */
  #signedSize: number;
  /** Who waits for the moment at which everything that is durable is signed. */
  readonly #onSettled = new Set<() => void>();
  #alarm: unknown;
  /** The due time that consensus was last woken for, unless a block has changed something since. */
  #wokenFor: number | undefined;
  #closing = false;
  #halted: string | undefined;

  constructor(options: CometEngineOptions) {
    const { storage, machine, admit, clock, crypto, keyOf, limits, timers = nodeTimers, report = () => undefined } = options;
    if (storage.head().height === 0) throw new Error('this ledger is not founded yet');
    this.#options = options;
    this.#storage = storage;
    this.#machine = machine;
    this.#clock = clock;
    this.#crypto = crypto;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#timers = timers;
    this.#report = report;
    this.#listeners = new BlockListeners(report);
    this.#chain = Chain.open({ ...options, unsigned: true });
    this.#notary = new Notary(options);
    this.#signedSize = sizeIn(storage.head().checkpoint ?? '');
    this.#proofs = new Proofs({ storage, crypto, chain: this.#chain, keyOf, signedSize: () => this.#signedSize });
    this.#checkpoints = new Checkpoints({ storage, chain: this.#chain, notary: this.#notary, proofs: this.#proofs });
    this.#recosigner = new Recosigner({
      everyMs: this.#limits.recosignMs,
      clock,
      timers,
      newestSeconds: () => this.#notary.newestSeconds,
      recosign: () => this.#recosign(),
      report,
    });
    const { patienceMs } = this.#limits;
    this.#underWay = new UnderWay({ clock, timers, patienceMs, undecided: () => this.#busy('undecided') });
    this.#admissions = new Admissions(admit, crypto);
    this.#handOver = new HandOver({
      admissions: this.#admissions,
      underWay: this.#underWay,
      timers,
      foresee: (admission, hash) => this.#foresee(admission, hash),
      busy: (reason) => this.#busy(reason),
      report,
    });
    this.#application = new BlockApplication({
      storage,
      machine,
      chain: this.#chain,
      admissions: this.#admissions,
      crypto,
      clock,
      limits: this.#limits,
      chainId: options.chainId,
      snapshots: options.snapshots,
      isPeer: options.isPeer ?? (() => true),
      onConfirmed: () => this.#confirmed(),
      onCommitted: (decided, time, block) => this.#committed(decided, time, block),
      onBroken: (error) => this.#halt(error),
      acceptedName: (kid, id, time) => this.#proofs.acceptedName(kid, id, time),
    });
  }

  /** What answers CometBFT. */
  get handlers(): AbciHandlers {
    return this.#application.handlers;
  }

  get records(): StateReader {
    return this.#chain.records;
  }

  /** CometBFT has heard of us and takes transactions from here on. */
  start(orderer: Orderer): void {
    this.#handOver.start(orderer);
    this.#setAlarm();
  }

  submit(jws: Uint8Array): Promise<Outcome> {
    return this.submitMany([jws]).then(([outcome]) => outcome!);
  }

  async submitMany(batch: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    if (this.#halted !== undefined || this.#closing) {
      return batch.map(() => this.#busy(this.#halted === undefined ? 'closing' : 'halted'));
    }
    return Promise.all(batch.map((bytes) => this.#take(bytes)));
  }

  #take(bytes: Uint8Array): Promise<Outcome> | Outcome {
    const { queueCount, queueBytes } = this.#limits;
    // Where CometBFT does not answer, its callers lose patience, and what they sent is still in the hand.
    const count = Math.max(this.#underWay.count, this.#handOver.count);
    const taken = Math.max(this.#underWay.bytes, this.#handOver.bytes);
    if (count >= queueCount || taken + bytes.length > queueBytes) return this.#busy('queue-full');
    const hash = this.#admissions.hashOf(bytes);
    // The same bytes are on their way: whoever sends them again waits with the first.
    if (!this.#underWay.has(hash)) this.#handOver.take({ bytes, hash });
    return this.#underWay.wait(hash, bytes.length);
  }

  head(): Head {
    return this.#storage.head();
  }

  onBlock(listener: (block: SealedBlock) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): { readonly queued: number; readonly height: number; readonly size: number; readonly halted?: string } {
    const { height, size } = this.#storage.head();
    const status = { queued: this.#underWay.count, height, size };
    return this.#halted === undefined ? status : { ...status, halted: this.#halted };
  }

  /**
   * Takes nothing new, waits for what is under way (for some seconds: consensus may have ended before us), and lets go of its timer. The
   * store stays open; CometBFT is stopped after this and before the store.
   */
  async close(): Promise<void> {
    this.#closing = true;
    this.#timers.clear(this.#alarm);
    this.#recosigner.close();
    this.#tellSettled();
    await this.#underWay.close(CLOSE_MS, this.#busy('halted'));
  }

  checkpoint(): string {
    return this.#checkpoints.shown;
  }

  /** This node's own newest checkpoint. */
  ownCheckpoint(): string {
    return this.#checkpoints.own;
  }

  /** As many nodes as count have cosigned this checkpoint of this node's. Throws RangeError when it is none. */
  agreed(note: string): void {
    this.#checkpoints.agreed(note);
  }

  placed(name: string): Placed | undefined {
    return this.#proofs.placed(name);
  }

  receipt(of: number | string): string | undefined {
    const parts = this.#proofs.receipt(of);
    return parts === undefined ? undefined : joinReceipt(parts);
  }

  receiptParts(of: number | string): ReceiptParts | undefined {
    return this.#proofs.receipt(of);
  }

  /**
   * Under load the newest block is signed when the next one comes: that is the moment at which a fact is made. Rejects where none comes for
   * as long as a submission waits.
   */
  async fact(key: string): Promise<FactBundle | undefined> {
    const made = await this.#settledDraft(key);
    if (made === undefined) return undefined;
    const { draft, own } = made;
    return draft.signed((await this.#options.agreedAt?.(draft.size)) ?? own);
  }

  #settledDraft(key: string): Promise<{ readonly draft: FactDraft; readonly own: string } | undefined> {
    return new Promise((resolve, reject) => {
      const make = (): void => {
        this.#timers.clear(patience);
        this.#onSettled.delete(make);
        if (!this.#isSettled) {
          reject(new Error('the newest block was not signed in time'));
          return;
        }
        const draft = this.#proofs.draftFact(key);
        resolve(draft === undefined ? undefined : { draft, own: this.#checkpoints.own });
      };
      let patience: unknown;
      if (this.#isSettled) make();
      else {
        this.#onSettled.add(make);
        patience = this.#timers.set(make, this.#limits.patienceMs);
      }
    });
  }

  #tellSettled(): void {
    for (const make of this.#onSettled) make();
  }

  tile(level: number, index: number, width: number): Uint8Array | undefined {
    return this.#proofs.tile(level, index, width);
  }

  entries(index: number, width: number): Uint8Array | undefined {
    return this.#proofs.entries(index, width);
  }

  /** What one of the newest blocks changed, to compare with another node; undefined where it is too long ago. */
  changes(height: number): readonly ChangedLeaf[] | undefined {
    return this.#changes.of(height);
  }

  /** Whether a note bears this node's own log signature. */
  signed(note: string): boolean {
    return this.#notary.isOwn(note);
  }

  /** Asks consensus for a block where a snapshot waits for one; false where none does. */
  wakeForSnapshot(): boolean {
    if (this.#closing || !this.#application.awaitsBlock) return false;
    // Nodes that are level say the same.
    this.#handOver.orderer?.broadcast([wakeBytes(this.#storage.head().time, this.#crypto.utf8)]).catch(this.#report);
    return true;
  }

  /** CometBFT's height of the newest block that is durable here. */
  get cometHeight(): number {
    return readAnchor(this.#storage.anchor(), this.#options.chainId);
  }

  /** The newest block that is durable here, and the text of its checkpoint, signed or not. */
  newest(): { readonly height: number; readonly size: number; readonly body: string } {
    const { height, size } = this.#storage.head();
    return { height, size, body: this.#chain.checkpointBody(size) };
  }

  consistency(from: number, to: number): Uint8Array[] {
    return this.#chain.log.consistency(from, to);
  }

  addCosignatures(note: string, lines: readonly string[]): void {
    this.#checkpoints.addCosignatures(note, lines);
  }

  /** Everything that is durable is signed, and no block is between decision and durability. */
  get #isSettled(): boolean {
    return this.#application.isSettled && this.#signedSize === this.#storage.head().size;
  }

  /** What is known of a submission without consensus. */
  #foresee(admission: Admission, hash: string): Outcome | 'later' | undefined {
    if (admission.ok) {
      const placed = this.#proofs.placed(admission.transaction.name);
      if (placed === undefined) return undefined;
      const outcome = { kind: 'repeated', ...placed } as const;
      if (placed.index < this.#signedSize) return outcome;
      this.#unconfirmed.set(hash, outcome);
      return 'later';
    }
    if (admission.kind === 'refused') return this.#refused(admission.transaction, admission.refusal);
    return { kind: 'malformed', code: admission.code, detail: admission.detail };
  }

  #committed(decided: readonly Decided[], time: number, block: AppendedBlock | undefined): void {
    const { height } = this.#storage.head();
    if (block !== undefined) this.#proofs.appended(block.first, block.leaves);
    let index = block?.first ?? 0;
    for (const { hash, transaction, verdict } of decided) {
      if (verdict.kind === 'accepted') {
        this.#unconfirmed.set(hash, { kind: 'accepted', name: verdict.name, index: index++, height, time });
      } else if (verdict.kind === 'repeated') {
        const placed = this.#proofs.placed(verdict.name);
        if (placed === undefined) throw new StorageDamaged(`${verdict.name} was accepted before and is not in the log`);
        if (placed.index < this.#signedSize) this.#underWay.settle(hash, { kind: 'repeated', ...placed });
        // The same bytes twice in the newest block: the first of them counts.
        else if (!this.#unconfirmed.has(hash)) this.#unconfirmed.set(hash, { kind: 'repeated', ...placed });
      } else {
        this.#underWay.settle(hash, this.#refused(transaction, verdict.refusal, time));
      }
    }
    if (block !== undefined) {
      this.#wokenFor = undefined;
      this.#unsigned = block;
      this.#changes.add(block);
      this.#options.onDurable?.(block.changedKeys);
    }
    this.#setAlarm();
  }

  /** The newest block is a quorum's: say so, and answer who waits for that. */
  #confirmed(): void {
    const { checkpoint, size } = this.#storage.head();
    const body = this.#chain.checkpointBody(size);
    if (checkpoint?.startsWith(body) !== true) this.#sign(this.#notary.sign(body), size);
    this.#tellSettled();
    const block = this.#unsigned;
    this.#unsigned = undefined;
    const told = [...this.#unconfirmed];
    this.#unconfirmed.clear();
    for (const [hash, outcome] of told) this.#underWay.settle(hash, outcome);
    if (block !== undefined) this.#listeners.announce(block, this.#checkpoints.own);
    if (this.#application.isOver) this.#over();
  }

  #sign(note: string, size: number): void {
    this.#storage.saveCheckpoint(note);
    this.#signedSize = size;
    this.#options.onSigned?.(note);
  }

  #recosign(): void {
    if (this.#halted === undefined) this.#options.onSigned?.(this.#checkpoints.recosign());
  }

  #over(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#underWay.settleAll(this.#busy('closing'));
    this.#options.onOver?.();
  }

  #refused({ name, kid, payload }: Transaction, refusal: Extract<Outcome, { kind: 'refused' }>['refusal'], at?: number): Outcome {
    const head = this.#storage.head();
    const time = at ?? Math.max(head.time, this.#clock());
    return { kind: 'refused', name, kid, id: payload.id, exp: payload.exp, refusal, height: head.height, time };
  }

  #halt(error: unknown): void {
    this.#halted = error instanceof Error ? error.message : String(error);
    this.#report(error);
    this.#dropAll();
  }

  /** What is under way may be in a block or not: whoever sends it again learns which. */
  #dropAll(): void {
    this.#unconfirmed.clear();
    this.#underWay.settleAll(this.#busy('halted'));
  }

  #busy(reason: 'queue-full' | 'catching-up' | 'undecided' | 'closing' | 'halted'): Outcome {
    return { kind: 'busy', reason, retryAfterSeconds: this.#limits.retryAfterSeconds };
  }

  /** When a deadline is due, consensus is woken for it; every node does, with the same bytes. */
  #setAlarm(): void {
    this.#timers.clear(this.#alarm);
    this.#alarm = undefined;
    const rings = this.#halted === undefined && !this.#closing && this.#handOver.orderer !== undefined;
    const due = rings ? this.#machine.nextDeadline(this.records) : undefined;
    if (due === undefined) return;
    const wait = Math.max(due - this.#clock(), this.#wokenFor === due ? WAKE_AGAIN_MS : 0);
    this.#alarm = this.#timers.set(() => (due > this.#clock() ? this.#setAlarm() : this.#wake(due)), Math.min(wait, MAX_TIMER_MS));
  }

  /** The block that comes of it may bear a time before `due`, or none may come: then once more, a little later. */
  #wake(due: number): void {
    this.#wokenFor = due;
    this.#handOver.orderer!.broadcast([wakeBytes(due, this.#crypto.utf8)]).catch(this.#report);
    this.#setAlarm();
  }
}
