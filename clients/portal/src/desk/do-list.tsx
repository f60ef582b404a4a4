/** Everything that my roles let me begin, in the modules' own words. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import { useWords } from '../words/use-words.ts';
import { entitled, forms } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';

export function DoList() {
  return <DeskPage>{(me) => <Actions me={me} />}</DeskPage>;
}

function Actions({ me }: { readonly me: Me }) {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  const { data: all } = useSuspenseQuery(forms);
  const { data: right } = useSuspenseQuery(entitled(me.officer));
  const mine = new Map(right.actions.map((one) => [one.action, one]));
  const correction = all.find(({ action, corrects }) => corrects !== undefined && mine.has(action));
  const groups = modules
    .map(({ name, title }) => ({
      name,
      title,
      of: all.filter(({ module, action, corrects }) => module === name && mine.has(action) && corrects === undefined),
    }))
    .filter((group) => group.of.length > 0)
    // The kernel serves every module; what the office is for comes first.
    .sort((a, b) => Number(a.name === 'kernel') - Number(b.name === 'kernel'));
  return (
    <>
      <Heading level={1}>{say('desk.do')}</Heading>
      {groups.map(({ name, title, of }) => (
        <section key={name}>
          <Heading level={2} data-size="sm">
            {title}
          </Heading>
          <ul className="do-list">
            {of.map((form) => (
              <li key={form.name}>
                <Link to="/desk/do/$module/$form" params={{ module: form.module, form: form.name }}>
                  {form.title}
                </Link>
                <Paragraph className="sub">
                  {form.text} {mine.get(form.action)!.signers > 1 && say('form.people', { count: mine.get(form.action)!.signers })}
                </Paragraph>
              </li>
            ))}
            {name === 'kernel' && correction !== undefined && (
              <li>
                <Link to="/desk/correct/$" params={{ _splat: '' }}>
                  {correction.title}
                </Link>
                <Paragraph className="sub">
                  {correction.text}{' '}
                  {mine.get(correction.action)!.signers > 1 && say('form.people', { count: mine.get(correction.action)!.signers })}
                </Paragraph>
              </li>
            )}
          </ul>
        </section>
      ))}
    </>
  );
}
