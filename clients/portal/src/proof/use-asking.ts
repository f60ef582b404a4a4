/**
 * Page and proof are read one after the other, and what changes between them, or is a moment late in the lists, contradicts nothing: where they
 * differ, both are read again before anything is said, and after that for as long as they do.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** Before it is said that they differ. */
const TIMES = 4;
const SOON_MS = 750;
const LATER_MS = 5_000;

/** True until it was asked often enough to believe that they differ. */
export function useAsking(differ: boolean): boolean {
  const queries = useQueryClient();
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (!differ) return setTimes(0);
    const again = (): void => {
      void queries.invalidateQueries({ queryKey: ['ledger'] }).finally(() => setTimes(times + 1));
    };
    const timer = setTimeout(again, times < TIMES ? SOON_MS : LATER_MS);
    return () => clearTimeout(timer);
  }, [differ, times, queries]);
  return times < TIMES;
}
