/** How many things wait for me, beside the inbox's name. */
import type { Me } from '../keys/me.ts';
import { useWords } from '../words/use-words.ts';
import { useInbox } from './use-inbox.ts';

export function InboxCount({ me }: { readonly me: Me }) {
  const say = useWords();
  const { count } = useInbox(me);
  return count === 0 ? null : (
    <span className="count" title={say('desk.count', { count })}>
      {count}
    </span>
  );
}
