/** Throws away what can be made anew and makes it anew: the run file of the state tree, and every list (DESIGN §5). */
import { nodeCrypto } from '@tabularium/crypto';
import { StateTree } from '@tabularium/log';
import { openProjections } from '@tabularium/projections';
import { equalBytes } from '@tabularium/protocol';
import { dataDirectory } from './data-directory.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { NodeFault } from './node-fault.ts';
import { requireLedger } from './open-ledger.ts';
import { predecessorLedgers } from './predecessor.ts';

export interface RebuildOptions {
  readonly dir: string;
  readonly databaseUrl?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

const WAIT_MS = 500;
/** So long without a block folded means that the database does not answer. */
const STUCK_MS = 60_000;

/** Of a ledger that came by a snapshot, not all is here. */
export function incomplete(dir: string, { from, to }: { readonly from: number; readonly to: number }): NodeFault {
  return new NodeFault(
    'input-invalid',
    `the ledger in ${dir} came by a snapshot, and its blocks ${from} to ${to} have not arrived here yet`,
    {
      next: 'start, and come again when /health shows no more of it; they arrive while the node runs',
    },
  );
}

/** On a directory that no node runs on. Throws `NodeFault` `damaged` where the records do not have the root in the newest seal. */
export async function rebuild({ dir, databaseUrl, onProgress = () => {} }: RebuildOptions): Promise<{ readonly height: number }> {
  const place = dataDirectory(dir);
  requireLedger(place);
  const storage = openLedgerStorage(place.dir);
  try {
    const missing = storage.missing();
    if (missing !== undefined) throw incomplete(place.dir, missing);
    const head = storage.head();
    const { count, keyHashes, leafHashes, refs } = storage.stateLeaves('records');
    if (!equalBytes(StateTree.load(nodeCrypto.sha256, count, keyHashes, leafHashes, refs).root, head.state)) {
      throw new NodeFault('damaged', `the records do not have the state root in the seal of height ${head.height}`, {
        next: `audit ${place.dir}`,
      });
    }
    const database = databaseUrl === undefined ? { dir: place.dir } : { databaseUrl };
    const projections = openProjections({ ...database, ledgerPath: place.ledger, history: predecessorLedgers(place) });
    try {
      await projections.rebuild();
      let moved = Date.now();
      let last = 0;
      while (!(await projections.waitFor(head.height, WAIT_MS))) {
        onProgress(projections.height, head.height);
        if (projections.height !== last) moved = Date.now();
        last = projections.height;
        if (Date.now() - moved > STUCK_MS)
          throw new NodeFault('unexpected', `the lists stand still: ${projections.failed ?? 'no reason given'}`);
      }
      return { height: head.height };
    } finally {
      await projections.close();
    }
  } finally {
    storage.close();
  }
}
