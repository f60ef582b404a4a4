/** The log as it lies in one node's folder, read once and held against what all of them have published. */
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { LogTree, leafHash } from '@tabularium/log';
import { parseTransaction } from '@tabularium/protocol';
import { openLedgerReader } from '@tabularium/store';
import type { SeenRoot } from './watcher.ts';

const AT_ONCE = 1_000;
const SYSTEM_LEAF = 0x7b;

export class LogHistory {
  readonly #tree = new LogTree(nodeCrypto.sha256, 0, () => undefined, new Uint8Array());
  /** Index of each transaction, by name. */
  readonly #places = new Map<string, number>();
  /** Signer and id of each. */
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#tree.size;
  }

  /** Where a transaction stands. */
  place(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** Reads on, in any node's folder. Throws where a signer's id is there twice, or where somebody published another root. */
  readOn(dir: string, roots: ReadonlyMap<number, SeenRoot>): void {
    const reader = openLedgerReader(join(dir, 'ledger.db'));
    try {
      const { size } = reader.head();
      while (this.#tree.size < size) {
        for (const leaf of reader.leaves(this.#tree.size, Math.min(size, this.#tree.size + AT_ONCE))) this.#add(leaf, roots);
      }
    } finally {
      reader.close();
    }
  }

  #add(leaf: Uint8Array, roots: ReadonlyMap<number, SeenRoot>): void {
    const index = this.#tree.size;
    this.#tree.append(leafHash(leaf, nodeCrypto.sha256));
    this.#tree.takeFullTiles();
    const seen = roots.get(index + 1);
    const root = seen === undefined ? undefined : Buffer.from(this.#tree.root()).toString('base64');
    if (seen !== undefined && seen.root !== root)
      throw new Error(`${seen.from} published the root ${seen.root} for size ${index + 1}; the log's is ${root}`);
    if (leaf[0] === SYSTEM_LEAF) return;
    const parsed = parseTransaction(leaf, nodeCrypto);
    if (!parsed.ok) throw new Error(`leaf ${index} is no transaction (${parsed.code})`);
    const { name, kid, payload } = parsed.transaction;
    const id = `${kid} ${payload.id}`;
    if (this.#ids.has(id)) throw new Error(`${id} is in the log twice, at ${index} again`);
    this.#ids.add(id);
    this.#places.set(name, index);
  }
}
