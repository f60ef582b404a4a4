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
    const unknown = hashes.flatMap((hash, i) => (this.#known.has(hash) ? [] : [i]));
    if (unknown.length > 0) this.#verify(unknown.map((i) => [hashes[i]!, batch[i]!]));
    const verdicts = hashes.map((hash) => this.#known.get(hash)!);
    // Most were verified before, and a block of them waits for nothing.
    const open = verdicts.some((verdict) => verdict instanceof Promise);
    return open ? Promise.all(verdicts) : (verdicts as Admission[]);
  }

  /** A block holds them: nobody asks again. */
  forget(hashes: Iterable<string>): void {
    for (const hash of hashes) this.#known.delete(hash);
  }

  #verify(unknown: readonly (readonly [hash: string, bytes: Uint8Array])[]): void {
    const all = this.#admit(unknown.map(([, bytes]) => bytes));
    for (const [i, [hash]] of unknown.entries()) {
      // The same bytes twice in a batch: one of the two verdicts is kept.
      const verdict = all.then((admissions) => admissions[i]!);
      this.#known.set(hash, verdict);
      verdict.then(
        (admission) => this.#settle(hash, verdict, admission),
        () => this.#known.delete(hash),
      );
      if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
    }
  }

  /** A key that is unknown may be known a block later: whoever asks again, asks again. */
  #settle(hash: string, verdict: Promise<Admission>, admission: Admission): void {
    if (this.#known.get(hash) !== verdict) return;
    if (admission.ok || admission.kind === 'malformed') this.#known.set(hash, admission);
    else this.#known.delete(hash);
  }
}
