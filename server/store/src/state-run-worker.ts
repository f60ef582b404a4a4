/** The thread that writes a new `state-tree.base` while blocks go on being sealed: it reads one snapshot, merges, writes, and says as of which height. */
import { parentPort, workerData } from 'node:worker_threads';
import { sha256 } from '@tabularium/crypto';
import { openLedgerReadOnly } from './ledger-schema.ts';
import { leavesFromRecords, leavesFromRun } from './state-leaves.ts';
import { writeRun } from './state-run.ts';

const { ledgerPath, runPath } = workerData as { readonly ledgerPath: string; readonly runPath: string };

const db = openLedgerReadOnly(ledgerPath);
try {
  db.exec('BEGIN');
  const run = leavesFromRun(db, runPath, sha256)?.run ?? leavesFromRecords(db, sha256);
  db.exec('COMMIT');
  writeRun(runPath, run);
  parentPort?.postMessage({ height: run.height, count: run.count });
} finally {
  db.close();
}
