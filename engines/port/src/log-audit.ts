/**
 * Reads a whole store as an outsider would and checks that everything in it agrees: seals chain, leaves make the checkpoint's root,
 * records make the state's. For tests; the audit of a real ledger also decides every transaction anew (`tabularium audit`).
 */
import assert from 'node:assert/strict';
import { type Checkpoint, LogTree, leafHash, NO_SEAL, parseCheckpoint, parseNote, parseSeal, type Seal, StateTree } from '@tabularium/log';
import { type Crypto, equalBytes, toHex } from '@tabularium/protocol';
import type { Storage } from './storage.ts';

export interface AuditedLog {
  readonly seals: readonly Seal[];
  /** Leaves that are no seal, by index. */
  readonly entries: ReadonlyMap<number, Uint8Array>;
  readonly checkpoint: Checkpoint;
}

/** Throws AssertionError where anything disagrees. */
export function auditLog(storage: Storage, crypto: Crypto): AuditedLog {
  const head = storage.head();
  const leaves = storage.leaves(0, head.size);
  assert.equal(leaves.length, head.size);
  const tree = LogTree.empty(crypto.sha256);
  for (const leaf of leaves) tree.append(leafHash(leaf, crypto.sha256));
  for (const { level, index, hashes } of tree.takeFullTiles()) assert.deepEqual(storage.tile(level, index), hashes);
  const { seals, sealIndexes } = auditSeals(storage, crypto, leaves);
  assert.equal(seals.length, head.height);
  const checkpoint = parseCheckpoint(parseNote(head.checkpoint ?? '')?.text ?? '');
  assert.ok(checkpoint !== undefined);
  assert.equal(checkpoint.size, head.size);
  assert.ok(equalBytes(checkpoint.root, tree.root()));
  for (const source of ['quick', 'records'] as const) {
    const { count, keyHashes, leafHashes, refs } = storage.stateLeaves(source);
    assert.equal(toHex(StateTree.load(crypto.sha256, count, keyHashes, leafHashes, refs).root), seals.at(-1)!.state);
  }
  const entries = new Map([...leaves.entries()].filter(([index]) => !sealIndexes.has(index)));
  return { seals, entries, checkpoint };
}

function auditSeals(storage: Storage, crypto: Crypto, leaves: readonly Uint8Array[]): { seals: Seal[]; sealIndexes: Set<number> } {
  const seals: Seal[] = [];
  const sealIndexes = new Set<number>();
  let prev = NO_SEAL;
  let time = 0;
  for (let first = 0; first < leaves.length; ) {
    const height = seals.length + 1;
    const block = storage.block(height);
    assert.ok(block !== undefined);
    assert.equal(block.first, first);
    const index = first + block.count - 1;
    const leaf = leaves[index]!;
    const seal = parseSeal(leaf);
    assert.ok(seal !== undefined, `leaf ${index} is no seal`);
    assert.deepEqual([seal.height, seal.first, seal.count, seal.prev], [height, first, block.count - 1, prev]);
    assert.ok(seal.time >= time && seal.time === block.time);
    for (let i = first; i < index; i++) assert.equal(parseSeal(leaves[i]!), undefined);
    prev = toHex(crypto.sha256(leaf));
    time = seal.time;
    seals.push(seal);
    sealIndexes.add(index);
    first = index + 1;
  }
  return { seals, sealIndexes };
}
