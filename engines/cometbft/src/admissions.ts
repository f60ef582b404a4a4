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
  /** By hash of the bytes, oldest first. */
  readonly #known = new Map<string, Promise<Admission>>();

  constructor(admit: Admit, crypto: Crypto) {
    this.#admit = admit;
    this.#crypto = crypto;
  }

  hashOf(bytes: Uint8Array): string {
    return toHex(this.#crypto.sha256(bytes));
  }

  /** One verdict for each, in order; those not known yet are verified in one batch. */
  of(batch: readonly Uint8Array[], hashes: readonly string[] = batch.map((bytes) => this.hashOf(bytes))): Promise<Admission[]> {
    const unknown = hashes.flatMap((hash, i) => (this.#known.has(hash) ? [] : [i]));
    if (unknown.length > 0) {
      const verdicts = this.#admit(unknown.map((i) => batch[i]!));
      for (const [place, i] of unknown.entries())
        this.#keep(
          hashes[i]!,
          verdicts.then((all) => all[place]!),
        );
    }
    return Promise.all(hashes.map((hash) => this.#known.get(hash)!));
  }

  #keep(hash: string, verdict: Promise<Admission>): void {
    this.#known.set(hash, verdict);
    // A key that is unknown may be known a block later, and a worker that died has said nothing: then whoever asks again, asks again.
    const forget = (): void => void this.#known.delete(hash);
    verdict.then((admission) => (admission.ok || admission.kind === 'malformed' ? undefined : forget()), forget);
    if (this.#known.size <= KEPT) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}
