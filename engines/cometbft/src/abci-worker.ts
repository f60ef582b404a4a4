/** The thread that reads and writes ABCI's socket: see abci-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { listenAbci } from './abci-socket.ts';
import type { FromThread, ToThread } from './abci-thread.ts';

const port = parentPort!;
const tell = (said: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(said, transfer);

try {
  const socket = await listenAbci({
    path: workerData as string,
    onMessage: (connection, bytes) => {
      // A copy of its own, so that the buffer it came in stays here.
      const message = Uint8Array.from(bytes);
      tell({ kind: 'message', connection, message }, [message.buffer]);
    },
    report: (error) => tell({ kind: 'report', error: error instanceof Error ? error : new Error(String(error)) }),
  });
  port.on('message', (told: ToThread) => {
    if (told.kind === 'send') socket.send(told.connection, told.answers);
    else void socket.close().then(() => port.close());
  });
  tell({ kind: 'listening' });
} catch (error) {
  tell({ kind: 'failed', error: error as Error });
  port.close();
}
