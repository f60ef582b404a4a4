/** The feed of a ledger's own file, opened read-only beside whoever writes it. */
import type { FeedSource } from '@tabularium/feed';
import { openLedgerReader } from '@tabularium/store';

export interface LedgerFeed extends FeedSource {
  /** Blocks up to this height may be told of. */
  rise(height: number): void;
  letGo(): void;
  close(): void;
}

/** `path`: of `ledger.db`. `height`: newest block that may be told of; default the newest there is. Throws `StorageDamaged`. */
export function ledgerFeed(path: string, origin: string, height?: number): LedgerFeed {
  const reader = openLedgerReader(path);
  let top = height ?? reader.head().height;
  return {
    origin,
    height: () => top,
    block: (at) => reader.block(at),
    events: (at) => [...reader.events(at, at)][0]?.events ?? [],
    missing: () => reader.missing(),
    rise: (to) => {
      top = Math.max(top, to);
    },
    letGo: () => reader.letGo(),
    close: () => reader.close(),
  };
}
