/**
 * What an operator who cheats can do to a ledger at rest: its files are his, and so are the node's keys. Reads a copy's log block by
 * block, puts another one in its place by plain SQL, and signs what comes out as the node would.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadNodeKeys, nodeCrypto, nodeSigner, nodeVkeys, sha256 } from '@tabularium/crypto';
import { type Charter, cosignerName } from '@tabularium/kernel';
import {
  cosignatureLine,
  cosignedMessage,
  encodeEntryBundle,
  formatCheckpoint,
  formatNote,
  formatSeal,
  LogTree,
  leafHash,
  logSignatureLine,
  parseSeal,
  parseVkey,
} from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import { openLedgerReader } from '@tabularium/store';

export interface LogBlock {
  /** ms UTC. */
  readonly time: number;
  /** Entries and, last, the seal. */
  readonly leaves: readonly Uint8Array[];
}

export const ledgerFile = (dir: string): string => join(dir, 'ledger.db');
/** As ledger-schema.ts lays tiles out. */
const TILES_OF_A_LEVEL = 2 ** 44;

/** Every block of a ledger, from height 1. */
export function readBlocks(dir: string): LogBlock[] {
  const reader = openLedgerReader(ledgerFile(dir));
  try {
    const { height } = reader.head();
    return Array.from({ length: height }, (_, n) => {
      const { time, first, count } = reader.block(n + 1)!;
      return { time, leaves: reader.leaves(first, first + count) };
    });
  } finally {
    reader.close();
  }
}

/** The tree over the blocks' leaves, and every tile that is full. */
export function treeOf(blocks: readonly LogBlock[]): { readonly tree: LogTree; readonly tiles: ReadonlyMap<number, Uint8Array> } {
  const tiles = new Map<number, Uint8Array>();
  const tree = LogTree.empty(sha256, (level, index) => tiles.get(level * TILES_OF_A_LEVEL + index));
  for (const { leaves } of blocks) {
    for (const leaf of leaves) tree.append(leafHash(leaf, sha256));
    for (const { level, index, hashes } of tree.takeFullTiles()) tiles.set(level * TILES_OF_A_LEVEL + index, hashes);
  }
  return { tree, tiles };
}

/** Put other leaves in the place of a block's, and change nothing else. */
export function overwriteBlock(dir: string, height: number, { time, leaves }: LogBlock): void {
  const db = new DatabaseSync(ledgerFile(dir));
  db.prepare('UPDATE block SET leaves = ?, count = ?, time = ? WHERE height = ?').run(
    encodeEntryBundle(leaves),
    leaves.length,
    time,
    height,
  );
  db.close();
}

/** Count every seal anew, chain each to the one before and give it its block's time; the state roots stay, for want of better ones. */
export function mendSeals(blocks: readonly LogBlock[]): LogBlock[] {
  let first = 0;
  let prev: string | undefined;
  return blocks.map(({ time, leaves }) => {
    const seal = parseSeal(leaves.at(-1)!)!;
    const mended = nodeCrypto.utf8.encode(formatSeal({ ...seal, first, count: leaves.length - 1, time, prev: prev ?? seal.prev }));
    first += leaves.length;
    prev = toHex(sha256(mended));
    return { time, leaves: [...leaves.slice(0, -1), mended] };
  });
}

/** Put a whole log in the place of the old one: rows, tiles, and a checkpoint signed with the node's own keys. Gives that checkpoint. */
export function replaceBlocks(dir: string, charter: Charter, blocks: readonly LogBlock[]): string {
  const { tree, tiles } = treeOf(blocks);
  const body = formatCheckpoint({ origin: charter.origin, size: tree.size, root: tree.root() });
  const checkpoint = signAsNode(dir, charter, body, blocks.at(-1)!.time);
  const db = new DatabaseSync(ledgerFile(dir));
  db.exec('BEGIN; DELETE FROM tile; DELETE FROM block');
  let first = 0;
  const insert = db.prepare('INSERT INTO block (height, time, first, count, leaves) VALUES (?, ?, ?, ?, ?)');
  const settle = db.prepare('UPDATE event SET time = ?, first = ? WHERE height = ?');
  for (const [n, { time, leaves }] of blocks.entries()) {
    insert.run(n + 1, time, first, leaves.length, encodeEntryBundle(leaves));
    settle.run(time, first, n + 1);
    first += leaves.length;
  }
  const keep = db.prepare('INSERT INTO tile (place, hashes) VALUES (?, ?)');
  for (const [place, hashes] of tiles) keep.run(place, hashes);
  // What the witness signed is of no use to him any more.
  db.exec("DELETE FROM meta WHERE name = 'witnessed'");
  db.prepare("UPDATE meta SET value = ? WHERE name = 'checkpoint'").run(checkpoint);
  db.exec('COMMIT');
  db.close();
  return checkpoint;
}

function signAsNode(dir: string, charter: Charter, body: string, time: number): string {
  const keys = loadNodeKeys(join(dir, 'keys'));
  const [node = ''] = Object.keys(charter.nodes);
  const vkeys = nodeVkeys(keys, charter.origin, cosignerName(charter, node));
  const signer = nodeSigner(keys);
  const log = parseVkey(vkeys.log, nodeCrypto)!;
  const cosigner = parseVkey(vkeys.cosigner, nodeCrypto)!;
  const seconds = Math.floor(time / 1_000);
  return formatNote(body, [
    logSignatureLine(log, signer.signLog(nodeCrypto.utf8.encode(body))),
    cosignatureLine(cosigner, seconds, signer.signCosign(cosignedMessage(seconds, body, nodeCrypto.utf8))),
  ]);
}
