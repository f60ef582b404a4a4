/** Which vector file of log, state, receipts and facts lies under which name in `testing/vectors/data`. */
import { accessRows } from './access-vectors.ts';
import { factsInvalid, factsValid } from './fact-vectors.ts';
import { checkpoints, cosignatures, notes, proofs, vkeys, witnessRequests } from './note-vectors.ts';
import { policies, policyChecks } from './policy-vectors.ts';
import { presentationsInvalid, presentationsValid } from './presentation-vectors.ts';
import { receiptsInvalid, receiptsValid } from './receipt-vectors.ts';
import { ics23, origins, seals, stateTree } from './state-vectors.ts';
import { consistencyFile, entryBundles, inclusion, tilePaths, tiles, tree } from './tree-vectors.ts';
import type { VectorFile } from './vector-file.ts';

export const logVectorFiles: readonly (readonly [name: string, file: VectorFile])[] = [
  ['access-log', accessRows],
  ['tree', tree],
  ['inclusion', inclusion],
  ['consistency', consistencyFile],
  ['tile-paths', tilePaths],
  ['tiles', tiles],
  ['entry-bundles', entryBundles],
  ['vkey', vkeys],
  ['note', notes],
  ['checkpoint', checkpoints],
  ['cosignature', cosignatures],
  ['tlog-proof', proofs],
  ['witness-request', witnessRequests],
  ['policy', policies],
  ['policy-check', policyChecks],
  ['seal', seals],
  ['charter-origin', origins],
  ['state-tree', stateTree],
  ['ics23', ics23],
  ['receipt-valid', receiptsValid],
  ['receipt-invalid', receiptsInvalid],
  ['fact-valid', factsValid],
  ['fact-invalid', factsInvalid],
  ['presentation-valid', presentationsValid],
  ['presentation-invalid', presentationsInvalid],
];
