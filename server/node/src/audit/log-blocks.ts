/**
 * Cuts a log, leaf by leaf, into the blocks that its seals end, and holds each seal against the leaves before it. What a block leads to, and
 * so its state root and policy, is compared by whoever decides it (decide-block.ts).
 */
import type { Head } from '@tabularium/engine-port';
import { PROTOCOL_VERSION } from '@tabularium/engine-port/chain';
import { type Charter, CharterFault, decodeCharter } from '@tabularium/kernel';
import { NO_SEAL, parseSeal, type Seal } from '@tabularium/log';
import { type Crypto, parseTransaction, toHex } from '@tabularium/protocol';
import { type Difference, differs, entryPlace, sealPlace } from './difference.ts';

const BRACE = 0x7b;
const BLOCK_COUNT = 1_000;
const BLOCK_BYTES = 4 * 1024 * 1024;

export interface LogBlock {
  readonly seal: Seal;
  /** Its leaves before the seal. */
  readonly leaves: readonly Uint8Array[];
}

/** Where a log goes on whose beginning is known. */
export interface KnownLog {
  readonly charter: Charter;
  readonly head: Pick<Head, 'height' | 'size' | 'time' | 'seal'>;
}

export class LogBlocks {
  readonly #crypto: Crypto;
  #charter: Charter | undefined;
  #leaves: Uint8Array[] = [];
  #bytes = 0;
  #head: KnownLog['head'] = { height: 0, size: 0, time: 0, seal: NO_SEAL };

  constructor(crypto: Crypto, known?: KnownLog) {
    this.#crypto = crypto;
    if (known === undefined) return;
    this.#charter = known.charter;
    this.#head = known.head;
  }

  /** Leaf 0. Throws before it was taken. */
  get charter(): Charter {
    if (this.#charter === undefined) throw new Error('no leaf was taken yet');
    return this.#charter;
  }

  /** Of the newest seal. */
  get height(): number {
    return this.#head.height;
  }

  /** Leaves of a block that has no seal yet. */
  get open(): number {
    return this.#leaves.length;
  }

  /** Take the next leaf; a seal gives its block. Throws `Differs`. */
  take(leaf: Uint8Array): LogBlock | undefined {
    const index = this.#head.size + this.#leaves.length;
    if (index > 0 && leaf[0] === BRACE) return this.#seal(leaf, index);
    if (index === 0) this.#charter = this.#readCharter(leaf);
    this.#leaves.push(leaf);
    this.#bytes += leaf.length + 2;
    if (this.#leaves.length > BLOCK_COUNT || this.#bytes > BLOCK_BYTES) {
      const height = this.height + 1;
      differs('seal', `block ${height}`, 'it has more entries than a block may', { index, height });
    }
    return undefined;
  }

  #readCharter(leaf: Uint8Array): Charter {
    try {
      return decodeCharter(leaf, this.#crypto);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const detail = error instanceof CharterFault ? error.message : 'it is not text';
      return differs('charter', 'entry 0', detail, { index: 0 });
    }
  }

  #seal(leaf: Uint8Array, index: number): LogBlock {
    const height = this.height + 1;
    const place = sealPlace(height, index);
    const where = { index, height };
    const seal = parseSeal(leaf) ?? differs('seal', place, 'it is no seal', where);
    this.#checkSeal(seal, place, where);
    const block = { seal, leaves: this.#leaves };
    this.#head = { height, size: index + 1, time: seal.time, seal: toHex(this.#crypto.sha256(leaf)) };
    this.#leaves = [];
    this.#bytes = 0;
    return block;
  }

  #checkSeal(seal: Seal, place: string, where: Partial<Difference>): void {
    const expected: Partial<Seal> = {
      app: PROTOCOL_VERSION,
      count: this.#leaves.length,
      first: this.#head.size,
      height: this.height + 1,
      ledger: this.charter.origin,
      prev: this.#head.seal,
    };
    for (const [member, value] of Object.entries(expected)) {
      const stated = seal[member as keyof Seal];
      if (stated === value) continue;
      this.#checkLeaves();
      differs('seal', place, `its ${member} is ${stated}, and should be ${value}`, where);
    }
    if (seal.time < this.#head.time)
      differs('seal', place, `its time ${seal.time} is before ${this.#head.time} of the block before`, where);
  }

  /** A leaf that is neither entry nor seal explains why the numbers of a later seal do not come out. */
  #checkLeaves(): void {
    const height = this.height + 1;
    this.#leaves.forEach((leaf, i) => {
      const index = this.#head.size + i;
      const parsed = index === 0 ? undefined : parseTransaction(leaf, this.#crypto);
      if (parsed?.ok === false) differs('entry', entryPlace(index, height), `it is no transaction (${parsed.code})`, { index, height });
    });
  }
}
