/**
 * The thread that writes a snapshot while blocks go on being committed. Who owns the ledger waits until this thread has its view of it,
 * so that the snapshot is of that very block.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { sha256 } from '@tabularium/crypto';
import { openLedgerReader } from './ledger-reader.ts';
import { writeSnapshot } from './snapshot-writer.ts';

export interface SnapshotOrder {
  /** Path of `ledger.db`. */
  readonly ledger: string;
  /** Becomes 1 when the view is taken, or cannot be. */
  readonly taken: Int32Array;
}

parentPort?.once('message', ({ to, anchor }: { readonly to: string; readonly anchor: string }) => {
  const { ledger, taken } = workerData as SnapshotOrder;
  try {
    const reader = openLedgerReader(ledger, { snapshot: true });
    try {
      if (reader.anchor() !== anchor) throw new Error(`no snapshot at ${anchor}: the ledger has gone on to ${reader.anchor()}`);
      Atomics.store(taken, 0, 1);
      Atomics.notify(taken, 0);
      writeSnapshot(reader, to, sha256);
    } finally {
      reader.close();
    }
  } finally {
    Atomics.store(taken, 0, 1);
    Atomics.notify(taken, 0);
  }
});
