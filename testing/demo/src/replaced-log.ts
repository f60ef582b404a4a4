/**
 * The strongest cheat that the operator's own keys allow: a whole new log. A node is started over an empty directory with the same
 * charter and the stolen keys, its clock is turned back, and every transaction goes in again as it was signed, all but the ones that
 * should never have been. What comes out is sound in itself: every signature holds and every seal fits.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { startNode } from '@tabularium/node';
import { transactionName } from '@tabularium/protocol';
import { readBlocks } from './forged-log.ts';
import { MAX_BATCH } from './offices-task.ts';

const DOT = 0x2e;
const BRACE = 0x7b;

export interface ReplacedLog {
  /** Transactions that the new history takes in no more because the omitted ones are not there. */
  readonly lost: number;
}

/** `from` is read; the new ledger is made in `to`. `omitted`: names of transactions. */
export async function replaceLog(from: string, to: string, omitted: ReadonlySet<string>): Promise<ReplacedLog> {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const part of ['charter.json', 'keys']) cpSync(join(from, part), join(to, part), { recursive: true });
  const blocks = readBlocks(from);
  let now = blocks[0]!.time;
  const limits = { chunk: MAX_BATCH, chunkUnderLoad: MAX_BATCH };
  const node = await startNode({ dir: to, clock: () => now, adminSocket: false, limits });
  let lost = 0;
  try {
    for (const { time, leaves } of blocks.slice(1)) {
      now = time;
      const kept = leaves.filter((leaf) => leaf[0] !== BRACE && !omitted.has(nameOf(leaf)));
      const outcomes = await node.door.submitMany(kept);
      lost += outcomes.filter(({ kind }) => kind !== 'accepted').length;
    }
  } finally {
    await node.close();
  }
  return { lost };
}

/** Name of an entry. */
export function nameOf(leaf: Uint8Array): string {
  return transactionName(leaf.subarray(0, leaf.lastIndexOf(DOT)), nodeCrypto);
}
