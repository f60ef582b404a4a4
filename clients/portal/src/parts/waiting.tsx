/** Shown where something is on its way. */
import { Skeleton } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';

export function Waiting() {
  const say = useWords();
  return (
    <div className="waiting" role="status" aria-label={say('waiting')}>
      <Skeleton width="40%" height={40} />
      <Skeleton height={120} />
      <Skeleton height={240} />
    </div>
  );
}
