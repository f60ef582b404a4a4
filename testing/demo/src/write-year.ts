/**
 * Writes the town's year through the node's own front door: signed transactions in batches over HTTP, at the block times of the story.
 * The node's clock is the story's; nothing else about it differs from any other node. The offices sign and submit in a thread of their
 * own, as they would on machines of their own.
 */
import { Worker } from 'node:worker_threads';
import { nodeCrypto } from '@tabularium/crypto';
import { encodeCharter } from '@tabularium/kernel';
import { startNode } from '@tabularium/node';
import { toHex } from '@tabularium/protocol';
import { foundingTime } from '@tabularium/scenarios';
import type { WitnessAddress } from '@tabularium/witness';
import { type DemoPlace, type FoundedDemo, saveNotes } from './found-demo.ts';
import { MAX_BATCH, type OfficesMessage, type OfficesTask } from './offices-task.ts';
import { storyClock } from './story-clock.ts';

export interface WrittenYear {
  readonly transactions: number;
  readonly accepted: number;
  readonly refused: number;
}

/** Throws where the ledger answers a step otherwise than the story has it. `onProgress` is told of transactions done and in all. */
export async function writeYear(
  place: DemoPlace,
  { charter, year }: FoundedDemo,
  witnesses: readonly WitnessAddress[],
  onProgress: (done: number, all: number) => void = () => {},
): Promise<WrittenYear> {
  const clock = storyClock();
  clock.set(foundingTime(year));
  // One client alone submits batch after batch: a batch that is verified whole becomes one block, with one wait for the disk.
  const limits = { chunk: MAX_BATCH, chunkUnderLoad: MAX_BATCH };
  const node = await startNode({ dir: place.town, clock: clock.now, adminSocket: false, witnesses, limits });
  const charterDigest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  try {
    const task: OfficesTask = { url: node.url, ledger: charter.origin, charterDigest, year, place, clock: clock.shared };
    const { names, ...written } = await offices(task, onProgress);
    saveNotes(place, { year, names });
    return written;
  } finally {
    await node.close();
  }
}

type Done = Extract<OfficesMessage, { readonly kind: 'done' }>;

function offices(task: OfficesTask, onProgress: (done: number, all: number) => void): Promise<Omit<Done, 'kind'>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./offices-worker.ts', import.meta.url), { workerData: task });
    worker.on('message', (message: OfficesMessage) => {
      if (message.kind === 'progress') onProgress(message.done, message.all);
      else resolve({ transactions: message.transactions, accepted: message.accepted, refused: message.refused, names: message.names });
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the offices ended before the year did')));
  });
}
