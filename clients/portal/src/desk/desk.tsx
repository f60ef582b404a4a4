/** An officer's inbox: what waits for me, and one signature for each. */
import { Heading } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import { codeWords, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Approval } from './approval.tsx';
import { entitled } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';
import { InboxStep } from './inbox-steps.tsx';
import { type Asked, useAsked } from './use-asked.ts';
import { useInbox } from './use-inbox.ts';

/** Two months: enough to find somebody. */
const SOON_MS = 60 * 86_400_000;

export function Desk() {
  return <DeskPage>{(me) => <Inbox me={me} />}</DeskPage>;
}

function Inbox({ me }: { readonly me: Me }) {
  const say = useWords();
  const { origin, modules } = useSuspenseQuery(office).data;
  /** Signed here since the page was opened: they keep their places. */
  const [held, setHeld] = useState<readonly Asked[]>([]);
  const [isOpen, setOpen] = useState(false);
  const { steps, proposals } = useInbox(me);
  const { mine = [], others = [] } = proposals ?? {};
  const isHeld = (id: string): boolean => held.some(({ proposal }) => proposal.id === id);
  const waiting = mine.filter(({ id }) => !isHeld(id));
  const seen = others.filter(({ id }) => !isHeld(id));
  const [mineAsked, othersAsked] = [useAsked(waiting, me, origin), useAsked(seen, me, origin)];
  // Once it stands there, what is new comes beneath, and only when it is whole: nothing moves from under the pointer.
  const isWhole = steps !== undefined && proposals !== undefined && mineAsked.length + othersAsked.length === waiting.length + seen.length;
  if (!isOpen && isWhole) setOpen(true);
  const titles = new Map(
    modules.flatMap(({ name, actions }) => Object.entries(actions).map(([action, title]) => [`${name}.${action}`, title])),
  );
  const approvals = (some: readonly Asked[]) =>
    some
      .toSorted((a, b) => a.proposal.until - b.proposal.until || (a.proposal.id < b.proposal.id ? -1 : 1))
      .map((asked) => (
        <Approval
          key={asked.proposal.id}
          {...{ me, asked, origin }}
          title={titles.get(asked.proposal.action) ?? codeWords(asked.proposal.action)}
          onHold={(one, stays) =>
            setHeld((before) => [...before.filter(({ proposal }) => proposal.id !== one.proposal.id), ...(stays ? [one] : [])])
          }
        />
      ));
  if (!isOpen || steps === undefined) return <Waiting />;
  const isEmpty = steps.length === 0 && waiting.length === 0 && held.length === 0;
  return (
    <>
      <Heading level={1}>{say('desk.waits')}</Heading>
      <RoleEnds me={me} />
      {isEmpty && <p className="note">{say('desk.nothing')}</p>}
      <div className="waits">
        {approvals([...mineAsked, ...held])}
        {steps.map((step) => (
          <InboxStep key={step.form.action} step={step} />
        ))}
      </div>
      {othersAsked.length > 0 && (
        <section className="waits">
          <Heading level={2} data-size="sm">
            {say('desk.others')}
          </Heading>
          {approvals(othersAsked)}
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
