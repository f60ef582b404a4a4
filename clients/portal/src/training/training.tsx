/** Tasks for those who learn, by what their office may sign: each leads to the desk, and checks itself off by what the ledger has recorded. */
import './training.css';
import { Checkbox, Heading, Paragraph } from '@digdir/designsystemet-react';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type EntryRow, getJson, office } from '../data/api.ts';
import { entitled, forms } from '../desk/desk-data.ts';
import { DeskPage } from '../desk/desk-page.tsx';
import type { Me } from '../keys/me.ts';
import { NotHere } from '../pages/not-here.tsx';
import { useWords } from '../words/use-words.ts';
import { type Task, tasksOf } from './tasks.ts';

type SignedRow = EntryRow & { readonly action: string };

/** More than anybody signs between two nights. */
const SIGNED_MAX = 100;
const signedActs = (officer: string) =>
  queryOptions({
    queryKey: ['ledger', 'desk', officer, 'training'],
    queryFn: async () =>
      (await getJson<{ readonly rows: readonly SignedRow[] }>(`/api/v1/desk/${encodeURIComponent(officer)}/signed?limit=${SIGNED_MAX}`))
        .rows,
  });

export function Training() {
  const { data } = useSuspenseQuery(office);
  return data.training === true ? <DeskPage>{(me) => <Tasks me={me} key={me.officer} />}</DeskPage> : <NotHere />;
}

function Tasks({ me: { officer } }: { readonly me: Me }) {
  const say = useWords();
  const { data: right } = useSuspenseQuery(entitled(officer));
  const { data: all } = useSuspenseQuery(forms);
  const { data: rows } = useSuspenseQuery(signedActs(officer));
  const [said, setSaid] = useSaid(officer);
  const acts = rows.map(({ action }) => action);
  const tasks = tasksOf(right, all, acts);
  const done = tasks.filter(({ name, isDone }) => isDone ?? said.includes(name)).length;
  return (
    <>
      <Heading level={1}>{say('training.title')}</Heading>
      <Paragraph className="lead">{say('training.lead')}</Paragraph>
      <p role="status">{say('training.progress', { done, all: tasks.length })}</p>
      <ol className="tasks">
        {tasks.map((task) => (
          <li key={task.name}>
            <Heading level={2} data-size="2xs">
              {say(`training.${task.name}`)}
            </Heading>
            <Paragraph>{say(`training.${task.name}-is`)}</Paragraph>
            <p className="links">
              <Way task={task} newest={rows[0]?.name} />
            </p>
            {task.isDone === undefined ? (
              <Checkbox label={say('training.i-did')} checked={said.includes(task.name)} onChange={() => setSaid(task.name)} />
            ) : (
              <p className={task.isDone ? 'done' : 'note'}>{say(task.isDone ? 'training.done' : 'training.not-yet')}</p>
            )}
          </li>
        ))}
      </ol>
      <Paragraph className="note">{say('training.others')}</Paragraph>
    </>
  );
}

function Way({ task: { name, form }, newest }: { readonly task: Task; readonly newest: string | undefined }) {
  const say = useWords();
  if (form !== undefined) {
    const search = name === 'hand-over' ? { kind: 'deputy' } : {};
    return (
      <Link to="/desk/do/$module/$form" params={{ module: form.module, form: form.name }} search={search}>
        {form.title}
      </Link>
    );
  }
  if (name === 'approve') return <Link to="/desk">{say('desk.inbox')}</Link>;
  return newest === undefined ? (
    <Link to="/verify">{say('nav.verify')}</Link>
  ) : (
    <Link to="/entries/$ref" params={{ ref: newest }}>
      {say('training.newest')}
    </Link>
  );
}

/** What leaves no trace in the ledger, this window remembers. */
function useSaid(officer: string): readonly [readonly string[], (name: string) => void] {
  const key = `tabularium-training:${officer}`;
  const [said, setSaid] = useState<readonly string[]>(() => (sessionStorage.getItem(key) ?? '').split(' '));
  const change = (name: string): void => {
    const next = said.includes(name) ? said.filter((one) => one !== name) : [...said, name];
    sessionStorage.setItem(key, next.join(' '));
    setSaid(next);
  };
  return [said, change];
}
