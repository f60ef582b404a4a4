/** The charter in force in a data directory, whether a node runs there or not. */
import type { CharterRecord } from '@tabularium/kernel';
import { openLedgerReader } from '@tabularium/store';
import { dataDirectory } from '../data-directory.ts';
import { ledgerMachine } from '../ledger-machine.ts';
import { requireLedger } from '../open-ledger.ts';

/** Throws `NodeFault` `no-ledger`. */
export function charterIn(dir: string): CharterRecord {
  const place = dataDirectory(dir);
  requireLedger(place);
  const reader = openLedgerReader(place.ledger);
  try {
    return ledgerMachine().charter(reader);
  } finally {
    reader.close();
  }
}
