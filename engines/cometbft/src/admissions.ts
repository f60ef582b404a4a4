/**
 * What admission said of a transaction's exact bytes, kept so that the same bytes are verified once: by whoever submits them, for the
 * mempool, for a proposal and in the block. A cache skips work and never changes a result: what was forgotten is verified again.
 */
import type { Admission, Admit } from '@tabularium/engine-port';
import { type Crypto, toHex } from '@tabularium/protocol';

/** Transactions whose verdict is kept: some blocks' worth. */
const KEPT = 20_000;

export class Admissions {
  readonly #admit: Admit;
  readonly #crypto: Crypto;
  /** By hash of the bytes, oldest first; a promise while it is being verified. */
  readonly #known = new Map<string, Admission | Promise<Admission>>();

  constructor(admit: Admit, crypto: Crypto) {
    this.#admit = admit;
    this.#crypto = crypto;
  }

  hashOf(bytes: Uint8Array): string {
    return toHex(this.#crypto.sha256(bytes));
  }

  /** One verdict for each, in order; those not known yet are verified in one batch. */
  async of(batch: readonly Uint8Array[], hashes: readonly string[] = batch.map((bytes) => this.hashOf(bytes))): Promise<Admission[]> {
    // Taken before anything is added, which may push them out.
    const known = hashes.map((hash) => this.#known.get(hash));
    const unknown = known.flatMap((verdict, i) => (verdict === undefined ? [i] : []));
    const asked = this.#verify(unknown, batch, hashes);
    // Most were verified before, and a block of them waits for nothing.
    if (asked.size === 0 && !known.some((verdict) => verdict instanceof Promise)) return known as Admission[];
    const verdicts = await Promise.all(known.map((verdict, i) => verdict ?? asked.get(i)!));
    // What was on its way before may have been asked of a state in which a key was not known yet that is known now.
    const old = verdicts.flatMap((verdict, i) => (known[i] instanceof Promise && isPassing(verdict) ? [i] : []));
    for (const [i, verdict] of this.#verify(old, batch, hashes)) verdicts[i] = await verdict;
    return verdicts;
  }

  /** A block holds them: nobody asks again. */
  forget(hashes: Iterable<string>): void {
    for (const hash of hashes) this.#known.delete(hash);
  }

  /** Verifies those at these places; what comes of it, by place. */
  #verify(places: readonly number[], batch: readonly Uint8Array[], hashes: readonly string[]): ReadonlyMap<number, Promise<Admission>> {
    const verdicts = new Map<number, Promise<Admission>>();
    if (places.length === 0) return verdicts;
    const all = this.#admit(places.map((i) => batch[i]!));
    for (const [n, i] of places.entries()) {
      // The same bytes twice in a batch: one of the two verdicts is kept.
      const hash = hashes[i]!;
      const verdict = all.then((admissions) => admissions[n]!);
      verdicts.set(i, verdict);
      this.#known.set(hash, verdict);
      verdict.then(
        (admission) => this.#settle(hash, verdict, admission),
        () => this.#known.delete(hash),
      );
      if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
    }
    return verdicts;
  }

  #settle(hash: string, verdict: Promise<Admission>, admission: Admission): void {
    if (this.#known.get(hash) !== verdict) return;
    if (isPassing(admission)) this.#known.delete(hash);
    else this.#known.set(hash, admission);
  }
}

/** A key that is unknown may be known a block later: whoever asks again, asks again. */
function isPassing(admission: Admission): boolean {
  return !admission.ok && admission.kind === 'refused';
}
