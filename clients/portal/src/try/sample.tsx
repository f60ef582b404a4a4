/** A hundred payments to look into, drawn by a stamp of the record and not by anybody's choice; each with its act and its amount. */
import { Heading, Paragraph, Table } from '@digdir/designsystemet-react';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { encodeBase64 } from '@tabularium/protocol';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { getJson, getText, type Row } from '../data/api.ts';
import { useTitles } from '../data/titles.ts';
import { Day, Money } from '../parts/said.tsx';
import { Titled } from '../parts/titled.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Command } from './command.tsx';
import { drawSample, sampleInPython } from './draw-sample.ts';
import { OnlyDemo } from './only-demo.tsx';

interface Payment extends Row {
  readonly id: string;
  readonly amount: string;
  readonly currency: string;
  readonly execute: string;
  /** Where it was written last. */
  readonly entry: number;
  /** ms UTC. */
  readonly ordered_at: number;
}

interface Drawn {
  /** Of the stamp, base64. */
  readonly root: string;
  /** Payments ordered by then, ms UTC, are among those drawn from. */
  readonly until: number;
  readonly of: number;
  readonly rows: readonly Payment[];
}

/** A SHA-256 in base64. */
const ROOT = /^[A-Za-z0-9+/]{43}=$/;

const drawing = (root: string | undefined, until: string | undefined) =>
  queryOptions({
    queryKey: ['sample', root ?? '', until ?? ''],
    queryFn: () => draw(root, until),
    staleTime: Number.POSITIVE_INFINITY,
  });

async function draw(root: string | undefined, until: string | undefined): Promise<Drawn> {
  // Anything else in an address never comes into lines that people run.
  const isSeed = root !== undefined && until !== undefined && ROOT.test(root) && /^[1-9]\d{0,14}$/.test(until);
  const seed = isSeed ? { root, until: Number(until) } : await newest();
  const lines = (await getText('/data/treasury/payments.jsonl')).split('\n').filter((line) => line !== '');
  const all = lines.map((line) => JSON.parse(line) as Payment).filter((row) => row.ordered_at <= seed.until);
  return { ...seed, of: all.length, rows: drawSample(all, seed.root) };
}

async function newest(): Promise<{ readonly root: string; readonly until: number }> {
  const [{ time }, note] = await Promise.all([getJson<{ readonly time: number }>('/api/v1/seen'), getText('/log/checkpoint')]);
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
  if (checkpoint === undefined) throw new Error('what stands at /log/checkpoint is no checkpoint');
  return { root: encodeBase64(checkpoint.root), until: time };
}

export function Sample() {
  return (
    <OnlyDemo>
      <SampleOfPayments />
    </OnlyDemo>
  );
}

function SampleOfPayments() {
  const say = useWords();
  const { root, until } = useSearch({ from: '/try/sample' });
  const { data, isError } = useQuery(drawing(root, until));
  return (
    <>
      <Heading level={1}>{say('try.sample')}</Heading>
      <Paragraph className="lead">{say('try.sample-lead')}</Paragraph>
      {isError && <p role="alert">{say('list.failed')}</p>}
      {data === undefined ? !isError && <Waiting /> : <Shown drawn={data} />}
    </>
  );
}

function Shown({ drawn: { root, until, of, rows } }: { readonly drawn: Drawn }) {
  const say = useWords();
  const titleOf = useTitles(rows);
  const sum = rows.reduce((all, { amount }) => all + BigInt(amount), 0n);
  const csv = ['number,payment,day,amount_minor,currency,entry', ...rows.map((row, n) => csvLine(row, n + 1))].join('\r\n');
  return (
    <>
      <p>
        {say('try.drawn', { count: rows.length, of })} <Money minor={String(sum)} currency={rows[0]?.currency ?? ''} />
      </p>
      <p className="links">
        <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(`${csv}\r\n`)}`} download="sample.csv">
          {say('try.sample-csv')}
        </a>
        <Link to="/try/sample" search={{ root, until: String(until) }}>
          {say('try.sample-same')}
        </Link>
      </p>
      <details>
        <summary>{say('try.sample-how')}</summary>
        <p>{say('try.sample-rule')}</p>
        <Command text={sampleInPython(location.origin, root, until)} name={say('try.python')} />
      </details>
      <Table className="rows" zebra>
        <caption className="unseen">{say('try.sample')}</caption>
        <Table.Head>
          <Table.Row>
            <Table.HeaderCell>{say('try.payment')}</Table.HeaderCell>
            <Table.HeaderCell>{say('try.day')}</Table.HeaderCell>
            <Table.HeaderCell className="num">{say('try.amount')}</Table.HeaderCell>
            <Table.HeaderCell className="num">{say('try.entry')}</Table.HeaderCell>
          </Table.Row>
        </Table.Head>
        <Table.Body>
          {rows.map((row) => (
            <Table.Row key={row.id}>
              <Table.Cell data-label={say('try.payment')}>
                <div>
                  <Titled
                    title={titleOf(row)}
                    link={(inner) => (
                      <Link to="/lists/$module/$view/$id" params={{ module: 'treasury', view: 'payments', id: row.id }}>
                        {inner}
                      </Link>
                    )}
                  >
                    {row.id.slice(0, 8)}
                  </Titled>
                </div>
              </Table.Cell>
              <Table.Cell data-label={say('try.day')}>
                <Day day={row.execute} />
              </Table.Cell>
              <Table.Cell data-label={say('try.amount')} className="num">
                <Money minor={row.amount} currency={row.currency} />
              </Table.Cell>
              <Table.Cell data-label={say('try.entry')} className="num">
                <Link to="/entries/$ref" params={{ ref: String(row.entry) }}>
                  {row.entry}
                </Link>
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
    </>
  );
}

/** None of its values has a comma or a quote. */
function csvLine({ id, execute, amount, currency, entry }: Payment, number: number): string {
  return [number, id, execute, amount, currency, entry].join(',');
}
