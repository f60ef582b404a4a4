/**
 * What CometBFT orders as one is a parcel: one transaction, or some that came at the same time, one a line. A compact JWS has no line ends, so
 * a parcel of one is the transaction itself. What CometBFT does for each thing that it orders, it does for many at once that way.
 *
 * Others may put anything into a block: what is beyond the bounds of a parcel is not taken apart but read as one transaction, which it cannot
 * be, for it is too long or has line ends.
 */
import type { Admissions } from './admissions.ts';

/** Transactions and bytes of a parcel: some of them make a full block. */
const PARCEL_COUNT = 125;
const PARCEL_BYTES = 256 * 1024;
/** Parcels that are kept taken apart: they are looked at for the mempool, for the proposal and in the block. */
const KEPT = 256;
const LINE_END = 0x0a;

export interface Parcel {
  readonly hash: string;
  readonly transactions: readonly Uint8Array[];
  /** Of the transactions' bytes. */
  readonly hashes: readonly string[];
}

/** Puts what is to be handed over into parcels, in its order. */
export function packParcels<T extends { readonly bytes: Uint8Array }>(given: readonly T[]): readonly (readonly T[])[] {
  const parcels: T[][] = [];
  let bytes = 0;
  for (const one of given) {
    const parcel = parcels.at(-1);
    bytes += one.bytes.length + 1;
    if (parcel === undefined || parcel.length === PARCEL_COUNT || bytes > PARCEL_BYTES) {
      parcels.push([one]);
      bytes = one.bytes.length + 1;
    } else {
      parcel.push(one);
    }
  }
  return parcels;
}

export function joinParcel(transactions: readonly Uint8Array[]): Uint8Array {
  if (transactions.length === 1) return transactions[0]!;
  const length = transactions.reduce((sum, transaction) => sum + transaction.length + 1, -1);
  const parcel = new Uint8Array(length).fill(LINE_END);
  let at = 0;
  for (const transaction of transactions) {
    parcel.set(transaction, at);
    at += transaction.length + 1;
  }
  return parcel;
}

export class Parcels {
  readonly #admissions: Admissions;
  /** By hash of the bytes, oldest first. */
  readonly #known = new Map<string, Parcel>();

  constructor(admissions: Admissions) {
    this.#admissions = admissions;
  }

  of(bytes: Uint8Array): Parcel {
    const hash = this.#admissions.hashOf(bytes);
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    // A copy of its own: what is kept must not keep the whole message that it came in.
    const transactions = linesOf(new Uint8Array(bytes));
    const hashes = transactions.length === 1 ? [hash] : transactions.map((one) => this.#admissions.hashOf(one));
    const parcel = { hash, transactions, hashes };
    if (bytes.length > PARCEL_BYTES) return parcel;
    this.#known.set(hash, parcel);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
    return parcel;
  }

  /** A block holds these parcels, by their hashes: nobody asks for them, or for what was in them, again. */
  forget(hashes: readonly string[]): void {
    for (const hash of hashes) {
      const parcel = this.#known.get(hash);
      if (parcel !== undefined) this.#admissions.forget(parcel.hashes);
      this.#known.delete(hash);
    }
  }
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length > PARCEL_BYTES) return [bytes];
  const lines: Uint8Array[] = [];
  for (let at = 0; at <= bytes.length; ) {
    const found = bytes.indexOf(LINE_END, at);
    const end = found === -1 ? bytes.length : found;
    if (lines.length === PARCEL_COUNT) return [bytes];
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
