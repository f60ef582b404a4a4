/**
 * The way of submissions to the orderer: what comes together is verified together and handed over together, one batch after the other, so that
 * what one client sends in order is ordered so.
 */
import type { Admission, Outcome, Timers } from '@tabularium/engine-port';
import type { Admissions } from './admissions.ts';
import { joinParcel, packParcels } from './parcels.ts';
import type { UnderWay } from './under-way.ts';

/** Who takes transactions into consensus: CometBFT's mempool. */
export interface Orderer {
  /** Hands parcels over, in this order. Rejects where the orderer cannot be reached. */
  broadcast(parcels: readonly Uint8Array[]): Promise<readonly HandedOver[]>;
}

/** `taken`: in the mempool, there already, or in a block; the others: not now. */
export type HandedOver = 'taken' | 'queue-full' | 'catching-up';

export interface HandOverOptions {
  readonly admissions: Admissions;
  readonly underWay: UnderWay;
  readonly timers: Timers;
  /**
   * What is known of a submission without asking consensus: admission refuses it, or it is in the log already; `later` where it is in a
   * block that is not confirmed yet, and its sender is told then.
   */
  readonly foresee: (admission: Admission, hash: string) => Outcome | 'later' | undefined;
  readonly busy: (reason: Exclude<HandedOver, 'taken'> | 'halted') => Outcome;
  readonly report: (error: unknown) => void;
}

interface Submission {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export class HandOver {
  readonly #options: HandOverOptions;
  #incoming: Submission[] = [];
  #last: Promise<void> = Promise.resolve();
  #count = 0;
  #bytes = 0;
  #orderer: Orderer | undefined;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Undefined before consensus has begun. */
  get orderer(): Orderer | undefined {
    return this.#orderer;
  }

  /** Submissions that are not handed over yet, and their bytes: those, too, whose senders wait no more. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  start(orderer: Orderer): void {
    this.#orderer = orderer;
  }

  /** Somebody waits for these bytes already (`UnderWay`). */
  take(submission: Submission): void {
    this.#incoming.push(submission);
    this.#count++;
    this.#bytes += submission.bytes.length;
    if (this.#incoming.length === 1) this.#options.timers.defer(() => this.#verify());
  }

  #verify(): void {
    const batch = this.#incoming;
    this.#incoming = [];
    const verdicts = this.#options.admissions.of(
      batch.map(({ bytes }) => bytes),
      batch.map(({ hash }) => hash),
    );
    // It may fail while those before are still being handed over: `#give` hears of it then.
    verdicts.catch(() => undefined);
    this.#last = this.#last.then(() => this.#give(batch, verdicts));
  }

  /** Answers what is known already, and hands the rest to the orderer. */
  async #give(batch: readonly Submission[], verdicts: ReturnType<Admissions['of']>): Promise<void> {
    const { underWay, foresee, busy, report } = this.#options;
    try {
      const given: Submission[] = [];
      for (const [i, admission] of (await verdicts).entries()) {
        const one = batch[i]!;
        const outcome = foresee(admission, one.hash);
        if (outcome === 'later') continue;
        if (outcome !== undefined) underWay.settle(one.hash, outcome);
        else if (underWay.has(one.hash)) given.push(one);
      }
      if (given.length > 0) await this.#order(given);
    } catch (error) {
      report(error);
      for (const { hash } of batch) underWay.settle(hash, busy('halted'));
    } finally {
      this.#count -= batch.length;
      for (const { bytes } of batch) this.#bytes -= bytes.length;
    }
  }

  async #order(given: readonly Submission[]): Promise<void> {
    const { underWay, busy } = this.#options;
    const parcels = packParcels(given);
    const answers = await this.#orderer?.broadcast(parcels.map((parcel) => joinParcel(parcel.map(({ bytes }) => bytes))));
    for (const [n, parcel] of parcels.entries()) {
      const answer = answers === undefined ? 'catching-up' : answers[n]!;
      if (answer !== 'taken') for (const { hash } of parcel) underWay.settle(hash, busy(answer));
    }
  }
}
