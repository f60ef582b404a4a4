/** How many things wait for me, beside the inbox's name. */
import { useQuery } from '@tanstack/react-query';
import { type Me, me as whoIAm } from '../keys/me.ts';
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

/** The same from any page, once somebody has a desk here. */
export function DeskCount() {
  const { data: me } = useQuery(whoIAm);
  return me === undefined || me === null ? null : <InboxCount me={me} />;
}
