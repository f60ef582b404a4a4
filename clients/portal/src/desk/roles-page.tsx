/** My roles and until when; who acts for me and for whom I act; and leaving. Each change is one of the kernel's own actions, by form. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Me } from '../keys/me.ts';
import { codeWords, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { entitled, type Mandate } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';

const FORM = '/desk/do/$module/$form';

export function RolesPage() {
  return <DeskPage>{(me) => <Roles me={me} />}</DeskPage>;
}

function Roles({ me: { officer } }: { readonly me: Me }) {
  const say = useWords();
  const { terms, mandates } = useSuspenseQuery(entitled(officer)).data;
  return (
    <>
      <Heading level={1}>{say('desk.hand-over')}</Heading>
      <section>
        <Heading level={2} data-size="sm">
          {say('roles.mine')}
        </Heading>
        <ul className="plain">
          {terms.map(({ role, office, until }) => (
            <li key={`${role}@${office}`}>
              {codeWords(role)}, {codeWords(office)}: {say('roles.until')} <When time={until} />
            </li>
          ))}
        </ul>
      </section>
      <section>
        <Heading level={2} data-size="sm">
          {say('roles.deputies')}
        </Heading>
        <Paragraph className="note">{say('roles.deputies-lead')}</Paragraph>
        {mandates.length > 0 && (
          <ul className="plain">
            {mandates.map((one) => (
              <Deputy key={one.id} mandate={one} officer={officer} />
            ))}
          </ul>
        )}
        <p className="links">
          <Link to={FORM} params={{ module: 'kernel', form: 'form-mandate-give' }} search={{ kind: 'deputy' }}>
            {say('roles.give')}
          </Link>
        </p>
      </section>
      <section>
        <Heading level={2} data-size="sm">
          {say('roles.leave')}
        </Heading>
        <Paragraph className="note">{say('roles.leave-lead')}</Paragraph>
        <p className="links">
          <Link to={FORM} params={{ module: 'kernel', form: 'form-officer-leave' }} search={{ officer }}>
            {say('roles.leave-go')}
          </Link>
        </p>
      </section>
    </>
  );
}

function Deputy({ mandate: { id, by, to, role, until }, officer }: { readonly mandate: Mandate; readonly officer: string }) {
  const say = useWords();
  const words = by === officer ? say('roles.given', { to, role: codeWords(role) }) : say('roles.held', { by, role: codeWords(role) });
  return (
    <li>
      {words} {say('roles.until')} <When time={until} withClock />.{' '}
      <Link to={FORM} params={{ module: 'kernel', form: 'form-mandate-end' }} search={{ mandate: id }}>
        {say('roles.end')}
      </Link>
    </li>
  );
}
