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

/** The oldest that as many have as count: from there on the light client leaps, behind it it goes step by step. Throws `NodeFault` `nodes-unreachable`. */
export async function trustedBlock(others: OtherNodes): Promise<TrustedBlock> {
  const kept = (await others.ask(keptBlocks)).filter(({ answer: { latest } }) => latest > 0);
  const { earliest } = kept.map(({ answer }) => answer).sort((a, b) => a.earliest - b.earliest)[others.quorum - 1] ?? {};
  if (earliest === undefined) return others.tooFew('which blocks they have', kept.length);
  const height = Math.max(1, earliest);
  const hash = await others.agreed(`block ${height} of CometBFT`, (client) => blockHash(client, height));
  const nodes = kept.filter(({ answer }) => answer.earliest <= height && height <= answer.latest).map(({ client }) => client);
  return { height, hash, nodes };
}
