/** What is on the screen is what the ledger says now: each new block that the node tells of makes what was read from it old. */
import type { QueryClient } from '@tanstack/react-query';

/** Under load, no more often than this. */
const PAUSE_MS = 500;

export function followLedger(queries: QueryClient): void {
  const source = new EventSource('/api/v1/live');
  let isResting = false;
  let isStale = false;
  const readAgain = (): void => {
    isStale = isResting;
    if (isResting) return;
    isResting = true;
    void queries.invalidateQueries({ queryKey: ['ledger'] });
    setTimeout(() => {
      isResting = false;
      if (isStale) readAgain();
    }, PAUSE_MS);
  };
  source.addEventListener('block', readAgain);
  // What was written while the connection was lost was not told.
  source.addEventListener('error', () => source.addEventListener('open', readAgain, { once: true }));
}
