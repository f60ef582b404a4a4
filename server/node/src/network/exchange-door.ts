/** What the exchange answers to the ledger's other nodes: this node's log, texts, checkpoints and CometBFT. */
import type { CometEngine, CometRpc } from '@tabularium/engine-cometbft';
import type { ExchangeDoor } from '@tabularium/exchange';
import type { CharterRecord } from '@tabularium/kernel';
import { toHex } from '@tabularium/protocol';
import type { SnapshotKeeper } from '@tabularium/store';
import type { Texts } from '@tabularium/texts';
import type { Agreement } from './agreement.ts';

export interface ExchangeDoorOptions {
  readonly engine: CometEngine;
  readonly agreement: Agreement;
  readonly texts: Texts;
  readonly snapshots: Pick<SnapshotKeeper, 'list'>;
  /** Leaf 0. */
  readonly charter: string;
  readonly charterNow: () => CharterRecord;
  readonly genesis: string;
  readonly rpc: () => CometRpc | undefined;
}

export function exchangeDoor(options: ExchangeDoorOptions): ExchangeDoor {
  const { engine, agreement, texts, snapshots, charter, charterNow, genesis, rpc } = options;
  const list = texts.list();
  return {
    receive: (node, note) => agreement.received(node, note),
    heardOf: (node) => agreement.heardOf(node),
    checkpoint: () => engine.ownCheckpoint(),
    text: (digest) => texts.get(digest),
    textsAfter: (place, max) => {
      const found = list.after(place, max);
      return found && { height: engine.newest().height, texts: found };
    },
    changes: (height) => engine.changes(height)?.map(({ key, leafHash }) => ({ key, leaf: leafHash === null ? null : toHex(leafHash) })),
    genesis: () => genesis,
    charter: () => charter,
    charterNow: () => JSON.stringify(charterNow()),
    tile: (level, index, width) => engine.tile(level, index, width),
    entries: (index, width) => engine.entries(index, width),
    snapshotHash: (height) => {
      const made = snapshots.list().find((one) => one.height === height);
      return made && toHex(made.hash);
    },
    comet: async (call) => rpc()?.passOn(call),
  };
}
