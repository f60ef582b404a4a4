/** An officer's inbox: what waits for me, and one signature for each. */
import { Heading } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import type { Signed } from '../keys/sign-and-send.ts';
import { codeWords, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Approval } from './approval.tsx';
import { entitled } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';
import { InboxStep } from './inbox-steps.tsx';
import type { OpenProposal } from './open-proposals.ts';
import { SignedOutcome } from './signed-outcome.tsx';
import { useInbox } from './use-inbox.ts';

/** Two months: enough to find somebody. */
const SOON_MS = 60 * 86_400_000;

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
  const { steps, proposals } = useInbox(me);
  const titles = new Map(
    modules.flatMap(({ name, actions }) => Object.entries(actions).map(([action, title]) => [`${name}.${action}`, title])),
  );
  const titleOf = (action: string): string => titles.get(action) ?? codeWords(action);
  const approvals = (some: readonly OpenProposal[]) =>
    some
      .filter(({ id }) => !done.some((one) => one.id === id))
      .map((proposal) => (
        <Approval
          key={proposal.id}
          {...{ me, proposal, origin }}
          title={titleOf(proposal.action)}
          onSigned={(outcome) => setDone([{ id: proposal.id, title: titleOf(proposal.action), outcome }, ...done])}
        />
      ));
  if (steps === undefined || proposals === undefined) return <Waiting />;
  const isEmpty = steps.length === 0 && proposals.mine.length === 0 && done.length === 0;
  return (
    <>
      <Heading level={1}>{say('desk.waits')}</Heading>
      <RoleEnds me={me} />
      {isEmpty && <p className="note">{say('desk.nothing')}</p>}
      <div className="waits">
        {steps.map((step) => (
          <InboxStep key={step.form.action} step={step} />
        ))}
        {approvals(proposals.mine)}
      </div>
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
      {proposals.others.length > 0 && (
        <section className="waits">
          <Heading level={2} data-size="sm">
            {say('desk.others')}
          </Heading>
          {approvals(proposals.others)}
        </section>
      )}
    </>
  );
}

/** A role that is over soon is handed over before. */
function RoleEnds({ me }: { readonly me: Me }) {
  const say = useWords();
  const { terms } = useSuspenseQuery(entitled(me.officer)).data;
  return terms
    .filter(({ until }) => until - Date.now() < SOON_MS)
    .map(({ role, office: at, until }) => (
      <p key={`${role}@${at}`}>
        {say('desk.role-ends', { role: codeWords(role) })} <When time={until} />.
      </p>
    ));
}
