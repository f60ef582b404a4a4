/** The node's own feed: the modules in the catalogue, and the events of `ledger.db`, opened read-only beside the running node. */
import { catalogue } from '@tabularium/catalogue';
import { openLedgerReader } from '@tabularium/store';
import type { Feed } from './feed.ts';

/** `argument` is `{ ledgerPath }`. */
export function openFeed(argument: unknown): Feed {
  return { catalogue, source: openLedgerReader((argument as { readonly ledgerPath: string }).ledgerPath) };
}
