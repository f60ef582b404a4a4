/** One role of an office: what it may do in plain words, how often each was done in which month, and the acts themselves. */
import { Button, Card, Field, Heading, Label, Select } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { actsOf, type Done as DoneOfKind, type RoleOfOffice, roleOfOffice } from '../data/offices.ts';
import { NotHere } from '../pages/not-here.tsx';
import { EntryList } from '../parts/entry-list.tsx';
import { codeWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';

const ACTS = 20;

const kindOf = ({ action, about }: Pick<DoneOfKind, 'action' | 'about'>): string => (about === '' ? action : `${action} ${about}`);

export function Role() {
  const { office, role } = useParams({ from: '/offices/$office/$role' });
  const { data, error } = useQuery(roleOfOffice(office, role));
  const say = useWords();
  if (error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  return (
    <>
      <p className="note">
        <Link to="/offices">{say('offices.title')}</Link>
      </p>
      <Heading level={1}>{say('offices.role', { role: codeWords(role), office: codeWords(office) })}</Heading>
      <p className="lead">{say('offices.of-agency', { agency: codeWords(data.agency) })}</p>
      <May may={data.may} />
      <WhatWasDone done={data.done} />
      <Acts of={data} />
    </>
  );
}

function May({ may }: Pick<RoleOfOffice, 'may'>) {
  const say = useWords();
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="sm">
          {say('offices.may')}
        </Heading>
        {may.length === 0 && <p className="note">{say('offices.may-nothing')}</p>}
        <dl className="facts">
          {may.map(({ action, title, text, signers }) => (
            <div key={action}>
              <dt>{title}</dt>
              <dd>
                {text}
                {signers > 1 && <span className="sub">{say('offices.together', { count: signers })}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </Card.Block>
    </Card>
  );
}

function WhatWasDone({ done }: Pick<RoleOfOffice, 'done'>) {
  const say = useWords();
  const language = useLanguage();
  const { month } = useSearch({ from: '/offices/$office/$role' });
  const navigate = useNavigate({ from: '/offices/$office/$role' });
  const months = [...new Set(done.map((one) => one.month))];
  const shown = month !== undefined && months.includes(month) ? done.filter((one) => one.month === month) : done;
  const kinds = new Map<string, { title: string; entries: number }>();
  for (const one of shown) kinds.set(kindOf(one), { title: one.title, entries: (kinds.get(kindOf(one))?.entries ?? 0) + one.entries });
  const named = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return (
    <Card>
      <Card.Block>
        <div className="head">
          <Heading level={2} data-size="sm">
            {say('offices.done')}
          </Heading>
          <Field className="beside">
            <Label>{say('offices.month')}</Label>
            <Select
              value={month ?? ''}
              onChange={({ target }) => void navigate({ search: target.value === '' ? {} : { month: target.value } })}
            >
              <Select.Option value="">{say('offices.all-months')}</Select.Option>
              {months.map((one) => (
                <Select.Option key={one} value={one}>
                  {named.format(Date.parse(`${one}-01`))}
                </Select.Option>
              ))}
            </Select>
          </Field>
        </div>
        {kinds.size === 0 ? (
          <p className="note">{say('offices.done-nothing')}</p>
        ) : (
          <dl className="flow counts">
            {[...kinds].map(([kind, { title, entries }]) => (
              <div key={kind}>
                <dt>{title}</dt>
                <dd className="num">{say('number', { of: entries })}</dd>
              </div>
            ))}
          </dl>
        )}
      </Card.Block>
    </Card>
  );
}

function Acts({ of: { office, role, done } }: { readonly of: RoleOfOffice }) {
  const say = useWords();
  const search = useSearch({ from: '/offices/$office/$role' });
  const navigate = useNavigate({ from: '/offices/$office/$role' });
  const kinds = [...new Map(done.map((one) => [kindOf(one), one])).values()];
  const kind = kinds.find((one) => kindOf(one) === search.kind);
  const before = /^[1-9][0-9]{0,14}$/.test(search.before ?? '') ? search.before : undefined;
  const { data } = useQuery(actsOf(office, role, kind, before, ACTS));
  const set = (changes: Readonly<Record<string, string>>): void => {
    const { month } = search;
    void navigate({ search: { ...(month === undefined ? {} : { month }), ...changes } });
  };
  return (
    <Card>
      <Card.Block>
        <div className="head">
          <Heading level={2} data-size="sm">
            {say('offices.newest')}
          </Heading>
          <Field className="beside">
            <Label>{say('offices.kind')}</Label>
            <Select
              value={kind === undefined ? '' : kindOf(kind)}
              onChange={({ target }) => set(target.value === '' ? {} : { kind: target.value })}
            >
              <Select.Option value="">{say('offices.all-kinds')}</Select.Option>
              {kinds.map((one) => (
                <Select.Option key={kindOf(one)} value={kindOf(one)}>
                  {one.title}
                </Select.Option>
              ))}
            </Select>
          </Field>
        </div>
        {data === undefined ? <Waiting /> : <EntryList rows={data.rows} />}
        {data?.next !== undefined && (
          <p className="pager">
            <Button
              variant="secondary"
              onClick={() => set({ ...(kind === undefined ? {} : { kind: kindOf(kind) }), before: String(data.next) })}
            >
              {say('records.older')}
            </Button>
          </p>
        )}
      </Card.Block>
    </Card>
  );
}
