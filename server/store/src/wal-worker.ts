/** The thread that copies the write-ahead log of the ledger at `workerData` back while blocks go on being committed. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const db = new DatabaseSync(workerData as string, { timeout: 5_000 });
const copy = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
parentPort?.on('message', (what: 'copy' | 'end') => {
  if (what === 'copy') {
    copy.get();
    parentPort?.postMessage('copied');
  } else {
    db.close();
    parentPort?.close();
  }
});
