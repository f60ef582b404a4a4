/**
 * The thread that executes the log from its first block on, beside a node that came by a snapshot and runs: in a folder of its own, from which
 * each block that has the seal of the log is handed to the node. What the machine comes to is held against each seal, state root
 * included (`replicateLedger`): at the snapshot's block that is the root of the records that the snapshot brought.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { ExchangeClient, type ExchangePeer } from '@tabularium/exchange';
import { openLedgerReader } from '@tabularium/store';
import { dataDirectory } from '../data-directory.ts';
import { openLedgerStorage } from '../ledger-storage.ts';
import { NodeFault } from '../node-fault.ts';
import { type ReplicatedBlock, replicateLedger } from '../replicate-ledger.ts';
import { tlsOf } from './agency-keys.ts';
import { BackfillSource } from './backfill-source.ts';

export interface BackfillOrder {
  readonly dir: string;
  /** Where the log is executed. */
  readonly folder: string;
  readonly origin: string;
  readonly peers: readonly (ExchangePeer & { readonly tls: string })[];
  /** Public address of a node, which shows the log of the ledger before this one, if there was any. */
  readonly url: string | undefined;
  /** The oldest block that the node lacks, and the last; `seal`: SHA-256 of that one's seal, hex. */
  readonly from: number;
  readonly to: number;
  readonly seal: string;
}

export type FromBackfill =
  | ({ readonly kind: 'block' } & Pick<ReplicatedBlock, 'leaves' | 'events'>)
  | { readonly kind: 'done' }
  | { readonly kind: 'remark'; readonly message: string }
  /** `differs`: the log does not lead to what the nodes stand by. */
  | { readonly kind: 'failed'; readonly message: string; readonly differs: boolean };
/** `next`: the block is taken. */
export type ToBackfill = 'next' | 'stop';

const LOWEST = 19;

const port = parentPort!;
const { dir, folder, origin, peers, url, from, to, seal } = workerData as BackfillOrder;
const stopping = new AbortController();
let settle: { readonly taken: () => void; readonly dropped: (reason: unknown) => void } | undefined;

// On Linux the priority is this thread's alone; elsewhere it would be the whole node's.
if (process.platform === 'linux') setPriority(LOWEST);
port.on('message', (message: ToBackfill) => {
  if (message === 'next') settle?.taken();
  else {
    stopping.abort(new Error('the node is closing'));
    settle?.dropped(stopping.signal.reason);
  }
});
try {
  await run();
  say({ kind: 'done' });
} catch (error) {
  if (!stopping.signal.aborted) {
    const differs = error instanceof NodeFault && error.code === 'audit-difference';
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error), differs });
  }
} finally {
  port.close();
}

async function run(): Promise<void> {
  await handOverAgain();
  const place = dataDirectory(dir);
  const identity = tlsOf(place);
  const clients = peers.map((peer) => new ExchangeClient({ identity, peer }));
  const reader = openLedgerReader(place.ledger);
  try {
    const source = new BackfillSource({ reader, clients, url, report: (message) => say({ kind: 'remark', message }) });
    const { signal } = stopping;
    await replicateLedger({ source, dir: folder, origin, signal, until: (one) => one === seal, onBlock: handOver });
  } finally {
    for (const client of clients) client.close();
    reader.close();
  }
}

/** What was executed before may be durable in the folder and not at the node. */
async function handOverAgain(): Promise<void> {
  const storage = openLedgerStorage(folder);
  try {
    for (let height = from; height <= Math.min(to, storage.head().height); height++) {
      const { first, count } = storage.block(height)!;
      const [block] = storage.events(height, height);
      await handOver({ leaves: storage.leaves(first, first + count), events: block!.events });
    }
  } finally {
    storage.close();
  }
}

/** Copied: a leaf may be a part of something large. */
async function handOver({ leaves, events }: Pick<ReplicatedBlock, 'leaves' | 'events'>): Promise<void> {
  stopping.signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  settle = { taken: resolve, dropped: reject };
  say({ kind: 'block', leaves: leaves.map((leaf) => Uint8Array.from(leaf)), events });
  await promise;
}

function say(message: FromBackfill): void {
  port.postMessage(message);
}
