/** A log in memory, as a source shows it: what a forger would show who has the node's keys. */
import { type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import { Notary } from '@tabularium/engine-port/notary';
import { formatCheckpoint, LogTree, leafHash } from '@tabularium/log';
import type { LogSource } from './audit/audit-source.ts';

/** Tiles and checkpoint fit the leaves, whatever these are. */
export class LeavesSource implements LogSource {
  readonly name = 'a log in memory';
  readonly #leaves: readonly Uint8Array[];
  readonly #tree = LogTree.empty(nodeCrypto.sha256, (level, index) => this.#tiles.get(`${level}/${index}`));
  readonly #tiles = new Map<string, Uint8Array>();
  readonly #note: string;

  constructor(leaves: readonly Uint8Array[], origin: string, keys: NodeKeys) {
    this.#leaves = leaves;
    for (const leaf of leaves) this.#tree.append(leafHash(leaf, nodeCrypto.sha256));
    for (const { level, index, hashes } of this.#tree.takeFullTiles()) this.#tiles.set(`${level}/${index}`, hashes);
    const vkeys = nodeVkeys(keys, origin, `${origin.split('/')[0]}/forger`);
    const notary = new Notary({ origin, signer: nodeSigner(keys), clock: Date.now, crypto: nodeCrypto, vkeys });
    this.#note = notary.sign(formatCheckpoint({ origin, size: leaves.length, root: this.#tree.root() }));
  }

  async checkpoint(): Promise<string> {
    return this.#note;
  }

  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    return this.#leaves.slice(from, to);
  }

  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    return this.#tree.tile(level, index, width);
  }

  predecessor(): undefined {}

  close(): void {}
}
