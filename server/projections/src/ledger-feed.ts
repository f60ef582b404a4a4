/** The node's own feed: the modules in the catalogue, and the events of `ledger.db`, opened read-only beside the running node. */
import { catalogue } from '@tabularium/catalogue';
import { openLedgerReader } from '@tabularium/store';
import type { Feed } from './feed.ts';

/** `argument` is `{ ledgerPath, history }`, paths of `ledger.db`. */
export function openFeed(argument: unknown): Feed {
  const { ledgerPath, history } = argument as { readonly ledgerPath: string; readonly history: readonly string[] };
  return { catalogue, source: openLedgerReader(ledgerPath), history: history.map((path) => openLedgerReader(path)) };
}
