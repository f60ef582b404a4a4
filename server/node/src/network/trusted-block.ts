/** The block at which CometBFT's light client begins on a node that joins: one that a quorum of the other nodes have, and say the same of. */
import type { ExchangeClient } from '@tabularium/exchange';
import { blockHash, keptBlocks } from './comet-question.ts';
import type { OtherNodes } from './other-nodes.ts';

export interface TrustedBlock {
  /** CometBFT's. */
  readonly height: number;
  /** Hex. */
  readonly hash: string;
  /** The nodes that have it. */
  readonly nodes: readonly ExchangeClient[];
}

/** The oldest such: from there on the light client leaps, behind it it goes step by step. Throws `NodeFault` `nodes-unreachable`. */
export async function trustedBlock(others: OtherNodes): Promise<TrustedBlock> {
  const kept = (await others.ask(keptBlocks)).filter(({ answer: { latest } }) => latest > 0);
  const oldest = kept.map(({ answer: { earliest } }) => Math.max(1, earliest)).sort((a, b) => a - b);
  // One that lies about the first of these must not keep the others from being heard on a later one.
  const heights = [...new Set(oldest.slice(others.quorum - 1))];
  let said = 0;
  for (const height of heights) {
    const alike = await others.most((client) => blockHash(client, height));
    if (alike.length >= others.quorum) return { height, hash: alike[0]!.answer, nodes: alike.map(({ client }) => client) };
    said = Math.max(said, alike.length);
  }
  return others.tooFew('a block of CometBFT', said);
}
