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
  /** What is known of a submission without asking consensus: admission refuses it, or it is in the log already. */
  readonly foresee: (admission: Admission) => Outcome | undefined;
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
  #orderer: Orderer | undefined;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Undefined before consensus has begun. */
  get orderer(): Orderer | undefined {
    return this.#orderer;
  }

  start(orderer: Orderer): void {
    this.#orderer = orderer;
  }

  /** Somebody waits for these bytes already (`UnderWay`). */
  take(submission: Submission): void {
    this.#incoming.push(submission);
    if (this.#incoming.length === 1) this.#options.timers.defer(() => this.#verify());
  }

  #verify(): void {
    const batch = this.#incoming;
    this.#incoming = [];
    const verdicts = this.#options.admissions.of(
      batch.map(({ bytes }) => bytes),
      batch.map(({ hash }) => hash),
    );
    this.#last = this.#last.then(() => this.#give(batch, verdicts));
  }

  /** Answers what is known already, and hands the rest to the orderer. */
  async #give(batch: readonly Submission[], verdicts: ReturnType<Admissions['of']>): Promise<void> {
    const { underWay, foresee, busy, report } = this.#options;
    try {
      const given: Submission[] = [];
      for (const [i, admission] of (await verdicts).entries()) {
        const one = batch[i]!;
        const outcome = foresee(admission);
        if (outcome !== undefined) underWay.settle(one.hash, outcome);
        else if (underWay.has(one.hash)) given.push(one);
      }
      if (given.length > 0) await this.#order(given);
    } catch (error) {
      report(error);
      for (const { hash } of batch) underWay.settle(hash, busy('halted'));
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
