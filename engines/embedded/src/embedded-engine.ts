/**
 * One node that orders by itself (DESIGN §5): whatever is verified is decided, sealed and made durable as soon as the block before it is.
 *
 * Machine and commit are synchronous and on one thread. So there is never more than one block under way, no lock, and nothing between
 * the decision and its durability at which anyone could look. Nobody is answered before the commit has returned; if the process dies in
 * it, nobody was told anything. A broken invariant halts the engine: it answers `halted` and decides nothing more until it is opened anew.
 */
import {
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
  StorageFull,
  type Timers,
} from '@tabularium/engine-port';
import { BlockListeners } from '@tabularium/engine-port/block-listeners';
import { type AppendedBlock, Chain } from '@tabularium/engine-port/chain';
import { Checkpoints } from '@tabularium/engine-port/checkpoints';
import { Notary, type NotaryOptions } from '@tabularium/engine-port/notary';
import { joinReceipt, type KeyOf, Proofs, type ReceiptParts } from '@tabularium/engine-port/proofs';
import { Recosigner } from '@tabularium/engine-port/recosigner';
import type { BlockResult, StateReader } from '@tabularium/kernel';
import type { FactBundle } from '@tabularium/log';
import type { Crypto, Transaction } from '@tabularium/protocol';
import { AdmissionQueue, type RefusedAtAdmission, type Verified } from './admission-queue.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

const MAX_TIMER_MS = 2 ** 31 - 1;
const DISK_FULL_WAIT_MS = 1_000;

export interface EmbeddedEngineOptions extends NotaryOptions {
  /** Founded (`initialise`); stays the caller's to close, after the engine. */
  readonly storage: Storage;
  readonly machine: MachinePort;
  readonly admit: Admit;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly keyOf: KeyOf;
  readonly limits?: Partial<Limits>;
  readonly timers?: Timers;
  /** Told of what went wrong beside the ledger: a listener or `admit` that threw, the invariant that halted the engine. */
  readonly report?: (error: unknown) => void;
  /** The charter names validators: this engine makes no further block. Called within the commit of the last one. */
  readonly onHandOver?: () => void;
}

/** Open the engine over a founded ledger. Throws `StorageDamaged` when trees, seal and checkpoint do not agree. */
export function openEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  return new EmbeddedEngine(options);
}

export class EmbeddedEngine implements Engine {
  readonly #storage: Storage;
  readonly #machine: MachinePort;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #timers: Timers;
  readonly #report: (error: unknown) => void;
  readonly #onHandOver: () => void;
  readonly #chain: Chain;
  readonly #notary: Notary;
  readonly #proofs: Proofs;
  readonly #checkpoints: Checkpoints;
  readonly #queue: AdmissionQueue;
  readonly #listeners: BlockListeners;
  #scheduled = false;
  /** The earliest open deadline; changes with blocks only. */
  #due: number | undefined;
  #alarm: { readonly due: number; readonly handle: unknown } | undefined;
  readonly #recosigner: Recosigner;
  #diskFull = false;
  #closing = false;
  #policy = '';
  /** Validators order from here on. */
  #handedOver = false;
  #halted: string | undefined;

  constructor(options: EmbeddedEngineOptions) {
    const {
      storage,
      machine,
      admit,
      clock,
      crypto,
      keyOf,
      limits,
      timers = nodeTimers,
      report = () => undefined,
      onHandOver = () => undefined,
    } = options;
    if (storage.head().height === 0) throw new Error('this ledger is not founded yet');
    this.#storage = storage;
    this.#machine = machine;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#timers = timers;
    this.#report = report;
    this.#onHandOver = onHandOver;
    this.#listeners = new BlockListeners(report);
    this.#chain = Chain.open(options);
    this.#notary = new Notary(options);
    this.#proofs = new Proofs({ storage, crypto, chain: this.#chain, keyOf });
    this.#checkpoints = new Checkpoints({ storage, chain: this.#chain, notary: this.#notary, proofs: this.#proofs });
    this.#queue = new AdmissionQueue({
      admit,
      limits: this.#limits,
      onReady: () => this.#schedule(),
      refuse: (admission) => this.#refusedAtAdmission(admission),
      onFault: report,
    });
    // A node whose keys were replaced speaks with the new ones from here on.
    if (!this.#notary.isOwn(this.checkpoint())) storage.saveCheckpoint(this.#notary.sign(this.#chain.checkpointBody()));
    this.#recosigner = new Recosigner({
      everyMs: this.#limits.recosignMs,
      clock,
      timers,
      newestSeconds: () => this.#notary.newestSeconds,
      recosign: () => this.#recosign(),
      report,
    });
    this.#due = machine.nextDeadline(this.records);
    this.#setAlarm();
  }

  get records(): StateReader {
    return this.#chain.records;
  }

  submit(jws: Uint8Array): Promise<Outcome> {
    return this.submitMany([jws]).then(([outcome]) => outcome!);
  }

  submitMany(batch: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    if (this.#halted !== undefined || this.#closing || this.#handedOver) {
      const outcome = this.#busy(this.#halted === undefined ? 'closing' : 'halted');
      return Promise.resolve(batch.map(() => outcome));
    }
    return this.#queue.submit(batch);
  }

  head(): Head {
    return this.#storage.head();
  }

  onBlock(listener: (block: SealedBlock) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): { readonly queued: number; readonly height: number; readonly size: number; readonly halted?: string } {
    const { height, size } = this.#storage.head();
    const status = { queued: this.#queue.count, height, size };
    return this.#halted === undefined ? status : { ...status, halted: this.#halted };
  }

  /** Takes nothing new, decides what waits, and lets go of its timers. The store stays open. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#queue.empty();
    if (this.#alarm !== undefined) this.#timers.clear(this.#alarm.handle);
    this.#recosigner.close();
  }

  checkpoint(): string {
    return this.#checkpoints.own;
  }

  receipt(of: number | string): string | undefined {
    const parts = this.#proofs.receipt(of);
    return parts === undefined ? undefined : joinReceipt(parts);
  }

  receiptParts(of: number | string): ReceiptParts | undefined {
    return this.#proofs.receipt(of);
  }

  fact(key: string): FactBundle | undefined {
    return this.#proofs.draftFact(key)?.signed(this.checkpoint());
  }

  placed(name: string): Placed | undefined {
    return this.#proofs.placed(name);
  }

  tile(level: number, index: number, width: number): Uint8Array | undefined {
    return this.#proofs.tile(level, index, width);
  }

  entries(index: number, width: number): Uint8Array | undefined {
    return this.#proofs.entries(index, width);
  }

  consistency(from: number, to: number): Uint8Array[] {
    return this.#chain.log.consistency(from, to);
  }

  addCosignatures(note: string, lines: readonly string[]): void {
    this.#checkpoints.addCosignatures(note, lines);
  }

  #recosign(): void {
    if (this.#halted === undefined) this.#checkpoints.recosign();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#timers.defer(() => {
      this.#scheduled = false;
      this.#makeBlock();
    });
  }

  /** Make a block of what is ready and what is due, if there is either. */
  #makeBlock(): void {
    if (this.#halted !== undefined || this.#handedOver) {
      this.#queue.dropAll(this.#busy(this.#halted === undefined ? 'closing' : 'halted'));
      return;
    }
    const taken = this.#queue.take();
    try {
      const time = Math.max(this.#storage.head().time, this.#clock());
      if (!Number.isSafeInteger(time)) throw new Error(`the clock says ${time}`);
      if (taken.length > 0 || this.#isDue(time)) this.#decide(taken, time);
    } catch (error) {
      this.#failed(taken, error);
    }
    this.#setAlarm();
    if (this.#queue.hasReady) this.#schedule();
  }

  #isDue(time: number): boolean {
    return this.#due !== undefined && this.#due <= time;
  }

  #decide(taken: readonly Verified[], time: number): void {
    const result = this.#machine.execute(
      {
        height: this.#storage.head().height + 1,
        time,
        transactions: taken.map(({ transaction }) => transaction),
        accepted: (kid, id) => this.#proofs.acceptedName(kid, id, time),
      },
      this.records,
    );
    if (result.verdicts.length !== taken.length) throw new Error(`${result.verdicts.length} verdicts on ${taken.length} transactions`);
    if (this.#isDue(time) && result.deadlines === 0) throw new Error('a deadline is due and did not fire');
    const accepted: Transaction[] = [];
    taken.forEach(({ transaction }, i) => {
      if (result.verdicts[i]!.kind === 'accepted') accepted.push(transaction);
    });
    const block = accepted.length === 0 && result.deadlines === 0 ? this.#nothing(result) : this.#append(time, accepted, result);
    this.#answer(taken, result, block, time);
    if (block !== undefined) this.#listeners.announce(block, this.checkpoint());
  }

  /** A block that names validators is the last one of this engine: what waits is for them. */
  #policyChanged(policy: string): void {
    this.#policy = policy;
    if (this.#machine.validators(this.records).length === 0) return;
    this.#handedOver = true;
    this.#due = undefined;
    this.#queue.dropAll(this.#busy('closing'));
    this.#onHandOver();
  }

  /** A block without accepted transactions and fired deadlines: it has no seal and must not have changed anything. */
  #nothing({ writes, events }: BlockResult): undefined {
    if (writes.size > 0 || events.length > 0) throw new Error('the machine changed state without accepting anything');
  }

  #append(time: number, accepted: readonly Transaction[], { writes, events, policy }: BlockResult): AppendedBlock {
    const block = this.#chain.append({ time, accepted, writes, events, policy }, (body) => this.#notary.sign(body));
    this.#proofs.appended(block.first, block.leaves);
    this.#diskFull = false;
    this.#due = this.#machine.nextDeadline(this.records);
    if (policy !== this.#policy) this.#policyChanged(policy);
    return block;
  }

  #answer(taken: readonly Verified[], { verdicts }: BlockResult, block: AppendedBlock | undefined, time: number): void {
    const { height } = this.#storage.head();
    let index = block?.first ?? 0;
    taken.forEach(({ pending, transaction: { name, kid, payload } }, i) => {
      const verdict = verdicts[i]!;
      if (verdict.kind === 'accepted') {
        this.#queue.settle(pending, { kind: 'accepted', name, index: index++, height, time });
      } else if (verdict.kind === 'repeated') {
        const placed = this.#proofs.placed(verdict.name);
        if (placed === undefined) throw new StorageDamaged(`${verdict.name} was accepted before and is not in the log`);
        this.#queue.settle(pending, { kind: 'repeated', ...placed });
      } else {
        const { id, exp } = payload;
        this.#queue.settle(pending, { kind: 'refused', name, kid, id, exp, refusal: verdict.refusal, height, time });
      }
    });
  }

  #failed(taken: readonly Verified[], error: unknown): void {
    if (error instanceof StorageFull) {
      this.#diskFull = true;
      const outcome = this.#busy('storage-full');
      for (const { pending } of taken) this.#queue.settle(pending, outcome);
      return;
    }
    this.#halted = error instanceof Error ? error.message : String(error);
    this.#report(error);
    const outcome = this.#busy('halted');
    for (const { pending } of taken) this.#queue.settle(pending, outcome);
    this.#queue.dropAll(outcome);
  }

  #refusedAtAdmission({ transaction: { name, kid, payload }, refusal }: RefusedAtAdmission): Outcome {
    const { height, time } = this.#storage.head();
    return { kind: 'refused', name, kid, id: payload.id, exp: payload.exp, refusal, height, time: Math.max(time, this.#clock()) };
  }

  #busy(reason: 'storage-full' | 'closing' | 'halted'): Outcome {
    return { kind: 'busy', reason, retryAfterSeconds: this.#limits.retryAfterSeconds };
  }

  /** Wake up for the next deadline; a little later where the disk was full. */
  #setAlarm(): void {
    const due = this.#halted === undefined ? this.#due : undefined;
    if (this.#alarm !== undefined && this.#alarm.due === due) return;
    if (this.#alarm !== undefined) this.#timers.clear(this.#alarm.handle);
    this.#alarm = undefined;
    if (due === undefined) return;
    const wait = Math.max(due - this.#clock(), this.#diskFull ? DISK_FULL_WAIT_MS : 0);
    const handle = this.#timers.set(
      () => {
        this.#alarm = undefined;
        this.#schedule();
      },
      Math.min(wait, MAX_TIMER_MS),
    );
    this.#alarm = { due, handle };
  }
}
