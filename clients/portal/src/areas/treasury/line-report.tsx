/** What became of one sum of the budget, on one page that can be printed: granted, promised in contracts, paid to whom and when. */
import { Button, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { list, office, type Row, row } from '../../data/api.ts';
import { seen, titles } from '../../data/stories.ts';
import { useTitles } from '../../data/titles.ts';
import { NotHere } from '../../pages/not-here.tsx';
import { Money, When } from '../../parts/said.tsx';
import { SeenBy } from '../../parts/seen-line.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useWords } from '../../words/use-words.ts';
import '../../pages/story.css';
import './line-report.css';

/** More stand in the lists; a page of paper holds no more. */
const ROWS_MAX = 100;

export function LineReport() {
  const say = useWords();
  const { id } = useParams({ from: '/money/line/$id' });
  const line = useQuery(row('treasury', 'lines', id));
  const key = `treasury/line/${id}`;
  const named = useQuery(titles([key])).data?.[key];
  if (line.error !== null) return <NotHere />;
  if (line.data === undefined) return <Waiting />;
  const { year, currency, side } = line.data;
  return (
    <article className="report">
      <p className="kicker">{say('report.kicker', { year: String(year) })}</p>
      <Heading level={1}>{named?.replace(/ \([^()]*\)$/, '') ?? id}</Heading>
      {side === 'expense' && <Sums line={line.data} />}
      <Contracts id={id} currency={String(currency)} />
      <p className="links no-print">
        <Button onClick={() => globalThis.print()}>{say('report.print')}</Button>
        <Link to="/record/$" params={{ _splat: key }}>
          {say('report.record')}
        </Link>
      </p>
      <Source />
    </article>
  );
}

function Sums({ line }: { readonly line: Row }) {
  const say = useWords();
  const { appropriated, committed, paid, currency } = line;
  const left = BigInt(String(appropriated)) - BigInt(String(paid));
  const sums = [
    ['report.granted', String(appropriated)],
    ['report.promised', String(committed)],
    ['report.paid', String(paid)],
    ['report.left', left.toString()],
  ] as const;
  return (
    <dl className="sums">
      {sums.map(([word, amount]) => (
        <div key={word}>
          <dt>{say(word)}</dt>
          <dd>
            <Money minor={amount} currency={String(currency)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Contract {
  readonly row: Row;
  readonly payments: readonly Row[];
}

function Contracts({ id, currency }: { readonly id: string; readonly currency: string }) {
  const say = useWords();
  const query = `line=${encodeURIComponent(id)}&limit=${ROWS_MAX}`;
  const commitments = useQuery(list('treasury', 'commitments', `${query}&state=posted`)).data?.rows;
  const paid = useQuery(list('treasury', 'payments', `${query}&state=paid`)).data;
  if (commitments === undefined || paid === undefined) return <Waiting />;
  const of = Map.groupBy(paid.rows, ({ payable }) => String(payable).split('.')[0]);
  const contracts = commitments
    .map((one): Contract => ({ row: one, payments: (of.get(String(one.id)) ?? []).toReversed() }))
    .toSorted((a, b) => Number(a.row.made_at) - Number(b.row.made_at));
  if (contracts.length === 0) return <p className="note">{say('report.none')}</p>;
  return (
    <>
      <Heading level={2} data-size="sm">
        {say('report.contracts')}
      </Heading>
      <Rows contracts={contracts} currency={currency} isWhole={paid.next === undefined} />
      {(paid.next !== undefined || commitments.length === ROWS_MAX) && (
        <p>
          <Link to="/lists/$module/$view" params={{ module: 'treasury', view: 'payments' }} search={{ line: id }}>
            {say('report.more')}
          </Link>
        </p>
      )}
    </>
  );
}

interface RowsProps {
  readonly contracts: readonly Contract[];
  readonly currency: string;
  /** Every payment is among them: they can be counted. */
  readonly isWhole: boolean;
}

function Rows({ contracts, currency, isWhole }: RowsProps) {
  const say = useWords();
  const titleOf = useTitles(contracts.flatMap(({ row: contract, payments }) => [contract, ...payments]));
  const nameOf = (one: Row): string => {
    const title = titleOf(one);
    return title === 'withdrawn' ? say('title.withdrawn') : (title?.text ?? String(one.reference ?? one.id));
  };
  return (
    <table className="rows plain">
      <thead>
        <tr>
          <th scope="col">{say('report.what')}</th>
          <th scope="col">{say('report.when')}</th>
          <th scope="col" className="num">
            {say('report.amount')}
          </th>
        </tr>
      </thead>
      {contracts.map(({ row: contract, payments }) => (
        <tbody key={String(contract.id)}>
          <tr className="contract">
            <th scope="rowgroup">
              <Link to="/record/$" params={{ _splat: `treasury/commitment/${contract.id}` }}>
                {nameOf(contract)}
              </Link>
            </th>
            <td data-label={say('report.when')}>
              <When time={Number(contract.made_at)} />
            </td>
            <td className="num" data-label={say('report.promised')}>
              <Money minor={String(contract.amount)} currency={currency} />
            </td>
          </tr>
          {payments.map((payment, n) => (
            <tr key={String(payment.id)}>
              <td>
                <Link to="/record/$" params={{ _splat: `treasury/payment/${payment.id}` }}>
                  {say('report.paid-to', { payee: nameOf(payment), n: n + 1, of: isWhole ? payments.length : 1 })}
                </Link>
              </td>
              <td data-label={say('report.when')}>
                <When time={Number(payment.released_at)} />
              </td>
              <td className="num" data-label={say('report.paid')}>
                <Money minor={String(payment.amount)} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** On paper, too, it says where it comes from and how to check it. */
function Source() {
  const say = useWords();
  const { data } = useQuery(seen);
  const { data: of } = useQuery(office);
  if (data === undefined) return null;
  return (
    <p className="note source">
      <strong className="printed-by">{of?.office}. </strong>
      {say('report.source', { size: data.size })} <When time={data.time} withClock />. <SeenBy {...data} />.
      <span className="address">{globalThis.location.href}</span>
    </p>
  );
}
