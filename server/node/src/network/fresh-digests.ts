/** Digests in the newest entries: their texts, if they are texts, may still be on their way. Nothing is looked into until somebody asks. */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { Clock, Storage } from '@tabularium/engine-port';
import { parseTransaction } from '@tabularium/protocol';
import { textHolders } from '../audit/declared-texts.ts';

const FRESH_MS = 5_000;

interface FreshBlock {
  readonly first: number;
  readonly count: number;
  readonly since: number;
  digests: ReadonlySet<string> | undefined;
}

export class FreshDigests {
  readonly #storage: Pick<Storage, 'leaves'>;
  readonly #clock: Clock;
  #blocks: FreshBlock[] = [];

  constructor({ storage, clock }: { readonly storage: Pick<Storage, 'leaves'>; readonly clock: Clock }) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** A block that is new here. */
  add({ first, count }: { readonly first: number; readonly count: number }): void {
    this.#forgetOld();
    this.#blocks.push({ first, count, since: this.#clock(), digests: undefined });
  }

  /** Whether an entry of the last seconds has this digest, and it may be a published text's. */
  has(digest: string): boolean {
    this.#forgetOld();
    return this.#blocks.some((block) => {
      block.digests ??= this.#digestsOf(block);
      return block.digests.has(digest);
    });
  }

  #forgetOld(): void {
    const now = this.#clock();
    this.#blocks = this.#blocks.filter(({ since }) => Math.abs(now - since) < FRESH_MS);
  }

  #digestsOf({ first, count }: FreshBlock): ReadonlySet<string> {
    const holders = this.#storage.leaves(first, first + count).flatMap((leaf, n) => {
      const parsed = parseTransaction(leaf, nodeCrypto);
      return parsed.ok ? textHolders(parsed.transaction.payload, first + n, catalogue) : [];
    });
    return new Set(holders.flatMap(({ digests }) => digests));
  }
}
