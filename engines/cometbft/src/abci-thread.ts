/**
 * ABCI's socket in a thread of its own. CometBFT's socket client turns in a circle for as long as a write of its own is not taken (its flush timer
 * rings every 20 ns then), and a block is larger than a socket's buffer: so somebody must always be there to read, also while the ledger decides.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AbciSocket, AbciSocketOptions } from './abci-socket.ts';

/** What the thread tells. */
export type FromThread =
  | { readonly kind: 'listening' }
  | { readonly kind: 'failed' | 'report'; readonly error: Error }
  | { readonly kind: 'message'; readonly connection: number; readonly message: Uint8Array<ArrayBuffer> };

/** What it is told. */
export type ToThread =
  | { readonly kind: 'send'; readonly connection: number; readonly answers: readonly Uint8Array[] }
  | { readonly kind: 'close' };

export async function listenAbciInThread({ path, onMessage, report }: AbciSocketOptions): Promise<AbciSocket> {
  const worker = new Worker(new URL('./abci-worker.ts', import.meta.url), { workerData: path });
  const ended = once(worker, 'exit');
  worker.on('error', report);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (said: FromThread) => {
      if (said.kind === 'message') onMessage(said.connection, said.message);
      else if (said.kind === 'report') report(said.error);
      else if (said.kind === 'failed') reject(said.error);
      else resolve();
    });
  });
  const tell = (told: ToThread): void => worker.postMessage(told);
  return {
    send: (connection, answers) => tell({ kind: 'send', connection, answers }),
    close: async () => {
      tell({ kind: 'close' });
      await ended;
    },
  };
}
