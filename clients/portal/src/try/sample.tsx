/** A hundred payments to look into, drawn by a stamp of the record: the newest, one by its number, or the first after a day named before. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import { getText, office } from '../data/api.ts';
import { seen, titles } from '../data/stories.ts';
import { codeWords, decimalOf, Money, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Command } from './command.tsx';
import { drawSample, sampleInPython } from './draw-sample.ts';
import { OnlyDemo } from './only-demo.tsx';
import { sampleCsv } from './sample-csv.ts';
import { type AskedStamp, type DrawingStamp, type NoStamp, stampThatDraws } from './sample-stamp.ts';
import { type Payable, type Payment, SampleTable } from './sample-table.tsx';

interface Drawn {
  readonly by: DrawingStamp;
  readonly of: number;
  readonly rows: readonly Payment[];
  /** By id: what these payments pay. */
  readonly payables: ReadonlyMap<string, Payable>;
  /** How many payables each commitment has: of a list for many households, each payment bears the list's title. */
  readonly siblings: ReadonlyMap<string, number>;
}

const drawing = (asked: AskedStamp, zone: string) =>
  queryOptions({
    queryKey: ['sample', asked.stamp ?? '', asked.after ?? ''],
    queryFn: () => draw(asked, zone),
    staleTime: Number.POSITIVE_INFINITY,
  });

async function draw(asked: AskedStamp, zone: string): Promise<Drawn | NoStamp> {
  const by = await stampThatDraws(asked, zone);
  if (typeof by === 'string') return by;
  const [payments, payables] = await Promise.all([listed<Payment>('payments'), listed<Payable>('payables')]);
  const all = payments.filter((row) => row.ordered_at <= by.time);
  const siblings = new Map<string, number>();
  for (const { commitment } of payables) siblings.set(commitment, (siblings.get(commitment) ?? 0) + 1);
  return { by, of: all.length, rows: drawSample(all, by.root), payables: new Map(payables.map((one) => [one.id, one])), siblings };
}

/** A whole list of the treasury. */
async function listed<T>(view: string): Promise<readonly T[]> {
  const lines = (await getText(`/data/treasury/${view}.jsonl`)).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

export function Sample() {
  const { stamp, after, ...others } = useSearch({ from: '/try/sample' });
  return (
    <OnlyDemo>
      {stamp === undefined && after === undefined && Object.keys(others).length === 0 ? <Newest /> : <SampleOfPayments />}
    </OnlyDemo>
  );
}

/** The newest stamp, in the page's own address from then on: the address always draws the same. */
function Newest() {
  const say = useWords();
  const { data, isError } = useQuery(seen);
  if (isError) return <p role="alert">{say('list.failed')}</p>;
  return data === undefined ? <Waiting /> : <Navigate to="/try/sample" search={{ stamp: String(data.height) }} replace />;
}

function SampleOfPayments() {
  const say = useWords();
  const { zone } = useSuspenseQuery(office).data;
  const { stamp, after, ...others } = useSearch({ from: '/try/sample' });
  // An address that asks by anything else asks for a stamp that nobody here knows.
  const asked = Object.keys(others).length > 0 ? { stamp: '?' } : { ...(stamp && { stamp }), ...(after && { after }) };
  const { data, isError } = useQuery(drawing(asked, zone));
  return (
    <>
      <Heading level={1}>{say('try.sample')}</Heading>
      <Paragraph className="lead">{say('try.sample-lead')}</Paragraph>
      <details open={after !== undefined}>
        <summary>{say('try.sample-chosen')}</summary>
        <p>{say('try.sample-why')}</p>
        <FirstAfter day={after} />
      </details>
      {isError && <p role="alert">{say('list.failed')}</p>}
      {data === undefined && !isError && <Waiting />}
      {typeof data === 'string' && <p role="alert">{say(`try.stamp-${data}`)}</p>}
      {typeof data === 'object' && <Shown drawn={data} />}
    </>
  );
}

/** Whoever names the day beforehand has chosen nothing, and neither has the office. */
function FirstAfter({ day }: { readonly day: string | undefined }) {
  const say = useWords();
  const navigate = useNavigate({ from: '/try/sample' });
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const named = new FormData(event.currentTarget).get('after');
    if (typeof named === 'string' && named !== '') void navigate({ search: { after: named } });
  };
  return (
    <form className="drawn-after" onSubmit={submit}>
      <label htmlFor={id}>{say('try.first-after')}</label>
      <input id={id} type="date" name="after" className="ds-input" defaultValue={day} required />
      <Button type="submit" variant="secondary">
        {say('try.draw')}
      </Button>
    </form>
  );
}

function Shown({ drawn: { by, of, rows, payables, siblings } }: { readonly drawn: Drawn }) {
  const say = useWords();
  const { height, time, entry, root } = by;
  const called = useQuery(titles(rows.map(({ id }) => `treasury/payment/${id}`))).data;
  const lines = useQuery(titles(rows.map(({ line }) => `treasury/line/${line}`))).data;
  // Where the payee has no published name, a payment bears the title of what was decided for all of them.
  const titleOf = ({ id, payable, title: payee }: Payment): string | undefined => {
    const title = plain(called?.[`treasury/payment/${id}`]);
    const count = siblings.get(payables.get(payable)?.commitment ?? '') ?? 1;
    return title === undefined || payee !== undefined || count === 1 ? title : say('try.one-of', { title, count });
  };
  const payeeOf = ({ title, payable }: Payment): string | undefined =>
    title === undefined ? say(payables.get(payable)?.payee_is === 'person' ? 'try.payee-person' : 'try.payee-unnamed') : undefined;
  const lineOf = ({ line }: Payment): string => plain(lines?.[`treasury/line/${line}`]) ?? line;
  const sum = rows.reduce((all, { amount }) => all + BigInt(amount), 0n);
  const csv = (): string =>
    sampleCsv(
      rows.map((row) => ({
        ...{ payment: row.id, title: titleOf(row) ?? '', line: row.line, state: codeWords(row.state), day: row.execute },
        ...{ amount: decimalOf(row.amount, row.currency), currency: row.currency, entry: row.entry },
      })),
      by,
    );
  return (
    <>
      <p>
        <Link to="/entries/$ref" params={{ ref: String(entry) }}>
          {say('try.drawn-by', { height })}
        </Link>{' '}
        <When time={time} withClock />
        <br />
        {say('try.drawn', { count: rows.length, of })} <Money minor={String(sum)} currency={rows[0]?.currency ?? ''} />
      </p>
      <p className="links">
        {called !== undefined && (
          <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv())}`} download={`sample-${height}.csv`}>
            {say('try.sample-csv')}
          </a>
        )}
        <span className="note">{say('try.sample-same')}</span>
      </p>
      <details>
        <summary>{say('try.sample-how')}</summary>
        <p>{say('try.sample-rule')}</p>
        <Command text={sampleInPython(location.origin, root, time)} name={say('try.python')} />
      </details>
      <SampleTable {...{ rows, titleOf, payeeOf, lineOf }} />
    </>
  );
}

/** Without the number in brackets, which stands beside it already. */
function plain(title: string | undefined): string | undefined {
  return title?.replace(/ \([^()]*\)$/, '');
}
