/** What I have signed, newest first, each with its proof on its own page. */
import { Heading } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me } from '../keys/me.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { useWords } from '../words/use-words.ts';
import { signed } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';

export function SignedList() {
  return <DeskPage>{(me) => <Signed me={me} />}</DeskPage>;
}

function Signed({ me }: { readonly me: Me }) {
  const say = useWords();
  const [before, setBefore] = useState<number>();
  const { rows, next } = useSuspenseQuery(signed(me.officer, before)).data;
  return (
    <>
      <Heading level={1}>{say('desk.have-signed')}</Heading>
      <p className="lead">{say('desk.have-signed-lead')}</p>
      {rows.length === 0 ? <p className="note">{say('desk.signed-nothing')}</p> : <EntryList rows={rows} />}
      <p className="links">
        {before !== undefined && (
          <button type="button" className="plain" onClick={() => setBefore(undefined)}>
            {say('desk.newest')}
          </button>
        )}
        {next !== undefined && (
          <button type="button" className="plain" onClick={() => setBefore(next)}>
            {say('desk.older')}
          </button>
        )}
      </p>
    </>
  );
}
