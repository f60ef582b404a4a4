/**
 * From submission to verified transaction, in order and within bounds.
 *
 * Submissions are handed to `admit` in chunks: one at once when nothing is being checked, otherwise as soon as a chunk is full, so that
 * a lone request waits for nobody and many requests share the cost of reaching a worker. Answers are taken up in the order of
 * submission, however many chunks are being checked at once: what one client sends in order is decided in order.
 */
import { type Admission, type Admit, type Outcome, SEAL_BYTES } from '@tabularium/engine-port';
import type { Transaction } from '@tabularium/protocol';
import type { Limits } from './limits.ts';

/** The submissions of one call, answered together. */
interface Call {
  readonly outcomes: Outcome[];
  open: number;
  readonly resolve: (outcomes: readonly Outcome[]) => void;
}

/** One submission on its way; the first `settle` counts. */
export interface Pending {
  readonly bytes: Uint8Array;
  readonly call: Call;
  readonly slot: number;
  settled: boolean;
}

export interface Verified {
  readonly pending: Pending;
  readonly transaction: Transaction;
}

export type RefusedAtAdmission = Extract<Admission, { readonly kind: 'refused' }>;

export interface QueueOptions {
  readonly admit: Admit;
  readonly limits: Limits;
  /** Verified transactions have arrived. */
  readonly onReady: () => void;
  /** The outcome of a well-formed transaction whose key or signature is no good. */
  readonly refuse: (admission: RefusedAtAdmission) => Outcome;
  /** `admit` itself failed. */
  readonly onFault: (error: unknown) => void;
}

export class AdmissionQueue {
  readonly #options: QueueOptions;
  #incoming: Pending[] = [];
  readonly #checked = new Map<number, { readonly pending: readonly Pending[]; readonly admissions: readonly Admission[] }>();
  #nextSent = 0;
  #nextTaken = 0;
  #inFlight = 0;
  #ready: Verified[] = [];
  #count = 0;
  #bytes = 0;
  #onEmpty: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Submissions that are not answered yet. */
  get count(): number {
    return this.#count;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Takes as many as fit, in order; from the first that does not, all are answered `busy`. */
  submit(batch: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    if (batch.length === 0) return Promise.resolve([]);
    const { limits } = this.#options;
    return new Promise((resolve) => {
      const call: Call = { outcomes: new Array(batch.length), open: batch.length, resolve };
      let full = false;
      batch.forEach((bytes, slot) => {
        full ||= this.#count >= limits.queueCount || this.#bytes + bytes.length > limits.queueBytes;
        this.#count++;
        this.#bytes += bytes.length;
        const pending = { bytes, call, slot, settled: false };
        if (full) this.settle(pending, { kind: 'busy', reason: 'queue-full', retryAfterSeconds: limits.retryAfterSeconds });
        else this.#incoming.push(pending);
      });
      this.#send();
    });
  }

  settle(pending: Pending, outcome: Outcome): void {
    if (pending.settled) return;
    pending.settled = true;
    const { bytes, call, slot } = pending;
    this.#count--;
    this.#bytes -= bytes.length;
    call.outcomes[slot] = outcome;
    if (--call.open === 0) call.resolve(call.outcomes);
    if (this.#count === 0) for (const run of this.#onEmpty.splice(0)) run();
  }

  /** Verified transactions for one block, in order, within its bounds. */
  take(): Verified[] {
    const { blockCount, blockBytes } = this.#options.limits;
    let bytes = SEAL_BYTES;
    let count = 0;
    while (count < this.#ready.length && count < blockCount) {
      bytes += this.#ready[count]!.transaction.bytes.length + 2;
      if (bytes > blockBytes && count > 0) break;
      count++;
    }
    if (count === this.#ready.length) {
      const all = this.#ready;
      this.#ready = [];
      return all;
    }
    return this.#ready.splice(0, count);
  }

  /** Answers everything that waits with the same outcome; what is being checked is answered when it comes back. */
  dropAll(outcome: Outcome): void {
    for (const pending of this.#incoming.splice(0)) this.settle(pending, outcome);
    for (const { pending } of this.#ready.splice(0)) this.settle(pending, outcome);
  }

  /** Resolves when nothing waits any more. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#count === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  #send(): void {
    const { limits, admit } = this.#options;
    while (this.#incoming.length > 0 && this.#inFlight < limits.chunksInFlight) {
      if (this.#inFlight > 0 && this.#incoming.length < limits.chunk) return;
      const many = this.#incoming.length >= 2 * limits.chunkUnderLoad;
      const pending = this.#incoming.splice(0, many ? limits.chunkUnderLoad : limits.chunk);
      const ticket = this.#nextSent++;
      this.#inFlight++;
      admit(pending.map(({ bytes }) => bytes)).then(
        (admissions) => this.#back(ticket, pending, admissions),
        (error) => {
          this.#options.onFault(error);
          this.#back(ticket, pending, undefined);
        },
      );
    }
  }

  #back(ticket: number, pending: readonly Pending[], admissions: readonly Admission[] | undefined): void {
    this.#inFlight--;
    if (admissions === undefined || admissions.length !== pending.length) {
      const { retryAfterSeconds } = this.#options.limits;
      for (const one of pending) this.settle(one, { kind: 'busy', reason: 'halted', retryAfterSeconds });
      this.#checked.set(ticket, { pending: [], admissions: [] });
    } else {
      this.#checked.set(ticket, { pending, admissions });
    }
    for (let next = this.#checked.get(this.#nextTaken); next !== undefined; next = this.#checked.get(this.#nextTaken)) {
      this.#checked.delete(this.#nextTaken++);
      next.pending.forEach((one, i) => {
        this.#sort(one, next!.admissions[i]!);
      });
    }
    if (this.#ready.length > 0) this.#options.onReady();
    this.#send();
  }

  #sort(pending: Pending, admission: Admission): void {
    if (admission.ok) this.#ready.push({ pending, transaction: admission.transaction });
    else if (admission.kind === 'refused') this.settle(pending, this.#options.refuse(admission));
    else this.settle(pending, { kind: 'malformed', code: admission.code, detail: admission.detail });
  }
}
