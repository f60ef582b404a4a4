/** An officer's desk: what waits for me, and one signature for each. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { office } from '../data/api.ts';
import { ChooseOfficer } from '../keys/choose-officer.tsx';
import { me as whoIAm } from '../keys/me.ts';
import type { Signed as SignedOutcome } from '../keys/sign-and-send.ts';
import { WhoseDesk } from '../keys/whose-desk.tsx';
import { codeWords, rolesWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Approval, Signed } from './approval.tsx';
import { openProposals } from './open-proposals.ts';

/** Signed here since the page was opened. */
interface Done {
  readonly id: string;
  readonly title: string;
  readonly outcome: SignedOutcome;
}

export function Desk() {
  const say = useWords();
  const { origin, modules } = useSuspenseQuery(office).data;
  const me = useQuery(whoIAm);
  const [done, setDone] = useState<readonly Done[]>([]);
  const waiting = useQuery({ ...openProposals, enabled: me.data !== null && me.data !== undefined });
  if (me.data === undefined) return <Waiting />;
  if (me.data === null)
    return (
      <>
        <Heading level={1}>{say('desk.title')}</Heading>
        <Paragraph className="lead">{say('desk.lead')}</Paragraph>
        <ChooseOfficer />
      </>
    );
  const { roles } = me.data;
  const titleOf = (action: string): string => titles.get(action) ?? codeWords(action);
  const titles = new Map(
    modules.flatMap(({ name, actions }) => Object.entries(actions).map(([action, title]) => [`${name}.${action}`, title])),
  );
  return (
    <>
      <Heading level={1}>{say('desk.of', { roles: rolesWords(roles) })}</Heading>
      <WhoseDesk me={me.data} />
      <Heading level={2} data-size="sm">
        {say('desk.waits')}
      </Heading>
      {waiting.data === undefined ? <Waiting /> : null}
      {waiting.data?.length === 0 && done.length === 0 && <p className="note">{say('desk.nothing')}</p>}
      {waiting.data
        ?.filter(({ id }) => !done.some((one) => one.id === id))
        .map((proposal) => (
          <Approval
            key={proposal.id}
            me={me.data!}
            {...{ proposal, origin }}
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
          <Signed outcome={outcome} />
        </section>
      ))}
    </>
  );
}
