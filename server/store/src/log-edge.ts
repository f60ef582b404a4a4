/**
 * A log's root from perfect subtrees of its leaves, from the left (RFC 9162 §2.1): enough to check a log whose older part is known by
 * hashes alone. At most one subtree of each height is kept.
 */
import { emptyRoot, HASH_LENGTH, nodeHash, type Sha256 } from '@tabularium/log';

const TILE_HEIGHT = 8;

export class LogEdge {
  readonly #sha256: Sha256;
  /** Heights fall from left to right. */
  readonly #subtrees: { readonly height: number; readonly hash: Uint8Array }[] = [];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** The edge that consists of the rightmost tile of each level, from level 0 up. */
  static of(rows: readonly Uint8Array[], sha256: Sha256): LogEdge {
    const edge = new LogEdge(sha256);
    for (const [level, row] of [...rows.entries()].reverse()) edge.#addRow(row, level * TILE_HEIGHT);
    return edge;
  }

  /** Root of a full tile. */
  static tileRoot(hashes: Uint8Array, sha256: Sha256): Uint8Array {
    return LogEdge.of([hashes], sha256).root();
  }

  addLeaf(hash: Uint8Array): void {
    this.#add(hash, 0);
  }

  root(): Uint8Array {
    const right = this.#subtrees.at(-1);
    if (right === undefined) return emptyRoot(this.#sha256);
    return this.#subtrees.slice(0, -1).reduceRight((root, { hash }) => nodeHash(hash, root, this.#sha256), right.hash);
  }

  #addRow(row: Uint8Array, height: number): void {
    for (let at = 0; at < row.length; at += HASH_LENGTH) this.#add(row.subarray(at, at + HASH_LENGTH), height);
  }

  #add(added: Uint8Array, at: number): void {
    let hash = added;
    let height = at;
    for (; this.#subtrees.at(-1)?.height === height; height++) hash = nodeHash(this.#subtrees.pop()!.hash, hash, this.#sha256);
    this.#subtrees.push({ height, hash });
  }
}
