/** An officer's inbox: what waits for me, and one signature for each. */
import { Heading } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import type { Signed } from '../keys/sign-and-send.ts';
import { codeWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Approval } from './approval.tsx';
import { DeskPage } from './desk-page.tsx';
import { openProposals } from './open-proposals.ts';
import { SignedOutcome } from './signed-outcome.tsx';

/** Signed here since the page was opened. */
interface Done {
  readonly id: string;
  readonly title: string;
  readonly outcome: Signed;
}

export function Desk() {
  return <DeskPage>{(me) => <Inbox me={me} />}</DeskPage>;
}

function Inbox({ me }: { readonly me: Me }) {
  const say = useWords();
  const { origin, modules } = useSuspenseQuery(office).data;
  const [done, setDone] = useState<readonly Done[]>([]);
  const waiting = useQuery(openProposals);
  const titles = new Map(
    modules.flatMap(({ name, actions }) => Object.entries(actions).map(([action, title]) => [`${name}.${action}`, title])),
  );
  const titleOf = (action: string): string => titles.get(action) ?? codeWords(action);
  return (
    <>
      <Heading level={1}>{say('desk.waits')}</Heading>
      {waiting.data === undefined ? <Waiting /> : null}
      {waiting.data?.length === 0 && done.length === 0 && <p className="note">{say('desk.nothing')}</p>}
      {waiting.data
        ?.filter(({ id }) => !done.some((one) => one.id === id))
        .map((proposal) => (
          <Approval
            key={proposal.id}
            {...{ me, proposal, origin }}
            title={titleOf(proposal.action)}
            onSigned={(outcome) => setDone([{ id: proposal.id, title: titleOf(proposal.action), outcome }, ...done])}
          />
        ))}
      {done.length > 0 && (
        <Heading level={2} data-size="sm">
          {say('desk.done')}
        </Heading>
      )}
      {done.map(({ id, title, outcome }) => (
        <section key={id}>
          <Heading level={3} data-size="xs">
            {title}
          </Heading>
          <SignedOutcome outcome={outcome} />
        </section>
      ))}
    </>
  );
}
