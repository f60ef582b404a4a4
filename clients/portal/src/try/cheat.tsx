/** Be the office's own operator, who has everything, and tamper with a copy of the record: what turns red, and who would notice. */
import { Button, Heading, Paragraph, Spinner } from '@digdir/designsystemet-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ApiProblem, entries as entriesBefore, getJson, postJson } from '../data/api.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { Money } from '../parts/said.tsx';
import { type MessageId, useWords } from '../words/use-words.ts';
import { OnlyDemo } from './only-demo.tsx';
import './try.css';

/** With the node's keys, and without. */
const SIGNED = ['entry-amount-signed', 'delete-signed', 'backdate-signed', 'replace-signed'] as const;
const CLUMSY = ['list-amount', 'delete', 'backdate'] as const;
type Way = (typeof SIGNED)[number] | (typeof CLUMSY)[number];

interface Noticed {
  readonly notices: boolean;
  readonly code: string;
  /** Leaf index of the first difference. */
  readonly index?: number;
}

/** `POST /api/demo/cheat`. */
interface Played {
  readonly way: Way;
  readonly amount: string;
  readonly instead: string;
  readonly entries: readonly number[];
  readonly auditor: Noticed;
  readonly holder: Noticed;
  readonly witness: Noticed;
}

export function Cheat() {
  return (
    <OnlyDemo>
      <CheatRoom />
    </OnlyDemo>
  );
}

function CheatRoom() {
  const say = useWords();
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: (way: Way) => postJson<Played>('/api/demo/cheat', { way }),
  });
  const ways = (list: readonly Way[]) => (
    <ul className="ways">
      {list.map((way) => (
        <li key={way}>
          <Button variant="secondary" data-color="danger" aria-pressed={variables === way} disabled={isPending} onClick={() => mutate(way)}>
            {say(`try.way-${way}`)}
          </Button>
          <p className="note">{say(`try.does-${way}`)}</p>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <Heading level={1}>{say('try.cheat')}</Heading>
      <Paragraph className="lead">{say('try.cheat-lead')}</Paragraph>
      <ToHide />
      <Heading level={2} data-size="sm">
        {say('try.with-keys')}
      </Heading>
      {ways(SIGNED)}
      <details>
        <summary>{say('try.without-keys')}</summary>
        {ways(CLUMSY)}
      </details>
      <div aria-live="polite" className="told">
        {isPending && (
          <p className="beside">
            <Spinner aria-hidden="true" data-size="sm" /> {say('try.playing')}
          </p>
        )}
        {error !== null && <p>{say(error instanceof ApiProblem && error.problem.status === 429 ? 'try.busy' : 'try.not-played')}</p>}
        {data !== undefined && !isPending && <WhoNotices played={data} />}
      </div>
    </>
  );
}

/** The payment that one would rather not have made. */
function ToHide() {
  const say = useWords();
  const { data: hidden } = useQuery({
    queryKey: ['to-hide'],
    queryFn: () => getJson<{ readonly entry: number }>('/api/demo/to-hide'),
  });
  const { data } = useQuery({ ...entriesBefore((hidden?.entry ?? 0) + 1, 1), enabled: hidden !== undefined });
  if (data === undefined) return null;
  return (
    <section aria-label={say('try.cheat-payment')}>
      <p className="note">{say('try.cheat-payment')}</p>
      <EntryList rows={data.rows} />
    </section>
  );
}

function WhoNotices({ played }: { readonly played: Played }) {
  const say = useWords();
  const { way, amount, instead, entries, auditor, holder, witness } = played;
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView();
  }, []);
  const count = [auditor, holder, witness].filter(({ notices }) => notices).length;
  return (
    <section className="part" ref={heading}>
      <Heading level={2} data-size="sm">
        {say('try.noticed-by', { count })}
      </Heading>
      <p>{say(lessonOf(way))}</p>
      <p className="note">
        {say(`try.did-${way}`)} <Money minor={amount} currency="EUR" />
        {way.includes('amount') && (
          <>
            {' → '}
            <Money minor={instead} currency="EUR" />
          </>
        )}
        {' · '}
        <Link to="/entries/$ref" params={{ ref: String(entries[way.includes('amount') ? 0 : 2]) }}>
          {say('try.as-it-is')}
        </Link>
      </p>
      <ul className="noticed">
        <Checked who="try.auditor" noticed={auditor} why={say(AUDITOR[auditor.code] ?? 'try.differs')} />
        <Checked who="try.holder" noticed={holder} why={say(HOLDER[holder.code] ?? 'try.differs')} />
        <Checked who="try.witness" noticed={witness} why={say(WITNESS[witness.code] ?? 'try.differs')} />
        <li>
          <div>
            <strong>{say('try.agencies')}</strong>
          </div>
          <p>{say('try.no-agencies')}</p>
        </li>
      </ul>
    </section>
  );
}

function lessonOf(way: Way): MessageId {
  if (way === 'replace-signed') return 'try.lesson-witness';
  return CLUMSY.some((one) => one === way) ? 'try.lesson-clumsy' : 'try.lesson';
}

function Checked({
  who,
  noticed: { notices, code, index },
  why,
}: {
  readonly who: MessageId;
  readonly noticed: Noticed;
  readonly why: string;
}) {
  const say = useWords();
  return (
    <li data-notices={code === UNSIGNED ? 'partly' : notices}>
      <div>
        <strong>{say(who)}</strong>
        {say(code === UNSIGNED ? 'try.sees-unsigned' : notices ? 'try.notices' : 'try.sees-nothing')}
      </div>
      <p>
        {why}
        {index !== undefined && (
          <>
            {' '}
            <Link to="/entries/$ref" params={{ ref: String(index) }}>
              {say('try.at-entry', { entry: index })}
            </Link>
          </>
        )}
      </p>
    </li>
  );
}

/** A record that is sound in itself, and that nobody outside has signed. */
const UNSIGNED = 'sound-unwitnessed';
const AUDITOR: Readonly<Record<string, MessageId>> = {
  'state-value': 'try.found-list',
  entry: 'try.found-entry',
  seal: 'try.found-seal',
  'state-root': 'try.found-books',
  'sound-unwitnessed': 'try.found-unwitnessed',
};
const HOLDER: Readonly<Record<string, MessageId>> = {
  fits: 'try.receipt-fits',
  shorter: 'try.receipt-shorter',
  'another-log': 'try.receipt-another',
};
const WITNESS: Readonly<Record<string, MessageId>> = {
  unchanged: 'try.witness-unchanged',
  signs: 'try.witness-unchanged',
  'witness-ahead': 'try.witness-ahead',
  inconsistent: 'try.witness-another',
};
