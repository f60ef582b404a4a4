/** Proposals that no honest node makes, and whose proposer votes for them all the same. */
import { randomBytes, randomInt } from 'node:crypto';
import type { CometEngine } from '@tabularium/engine-cometbft';

type Handlers = CometEngine['handlers'];
type Spoil = (txs: readonly Uint8Array[]) => Uint8Array[];

const ACCEPT = 1;
/** More than a block may have, in number and in bytes; CometBFT itself takes both. */
const TOO_MANY = 1_001;
const TOO_LARGE = { count: 70, bytes: 60_000 };

/** By what it is called in what is told of a run. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  'random bytes': (txs) => [...txs, randomBytes(randomInt(1, 2_000))],
  'an empty transaction': (txs) => [...txs, new Uint8Array()],
  'a signature that is not of this text': (txs) => txs.map(flipped),
  'too many': (txs) => [...txs, ...Array.from({ length: TOO_MANY }, (_, n) => Buffer.from(`wake ${n}`))],
  'too large': (txs) => [...txs, ...Array.from({ length: TOO_LARGE.count }, () => randomBytes(TOO_LARGE.bytes))],
  'wakes for deadlines that nobody has': (txs) => [...txs, Buffer.from('wake 1'), Buffer.from('wake 9007199254740991')],
  'the same twice': (txs) => [...txs, ...txs],
  'the wrong way round': (txs) => [...txs].reverse(),
  nothing: () => [],
};

/** Somewhere in the middle, one character is another one. */
function flipped(tx: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(tx);
  const at = changed.length - randomInt(1, Math.min(40, changed.length));
  changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
  return changed;
}

/** The same handlers, whose proposals are spoiled in one way after the other. Of each it says so on standard output, as the node itself does. */
export function spoiled(handlers: Handlers): Handlers {
  const ways = Object.entries(SPOILS);
  let turn = 0;
  return {
    ...handlers,
    prepareProposal: async (request) => {
      const { txs } = await handlers.prepareProposal!(request);
      // Blocks that nobody sends anything for are left as they are, or there would be no end of them.
      if (request.txs.length === 0) return { txs };
      const [name, spoil] = ways[turn++ % ways.length]!;
      process.stdout.write(`${JSON.stringify({ event: 'spoiled', name })}\n`);
      return { txs: spoil(txs) };
    },
    processProposal: async (request) => {
      await handlers.processProposal!(request);
      return { status: ACCEPT };
    },
  };
}
