/** The payments of a sample: what was paid for, out of which budget line, how much; on a phone two short lines each. */
import { Table } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import type { Row } from '../data/api.ts';
import { codeWords, Day, Money } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';

export interface Payable {
  readonly id: string;
  readonly commitment: string;
  readonly payee_is: string;
}

export interface Payment extends Row {
  readonly id: string;
  /** Id of what it pays. */
  readonly payable: string;
  /** The payee's published name. */
  readonly title?: string;
  /** Id of the budget line. */
  readonly line: string;
  readonly state: string;
  /** Minor units. */
  readonly amount: string;
  readonly currency: string;
  readonly execute: string;
  /** Where it was written last. */
  readonly entry: number;
  /** ms UTC. */
  readonly ordered_at: number;
}

interface SampleTableProps {
  readonly rows: readonly Payment[];
  readonly titleOf: (row: Payment) => string | undefined;
  /** Who was paid, where no name is published. */
  readonly payeeOf: (row: Payment) => string | undefined;
  readonly lineOf: (row: Payment) => string;
}

export function SampleTable({ rows, titleOf, payeeOf, lineOf }: SampleTableProps) {
  const say = useWords();
  return (
    <Table className="sample" zebra>
      <caption className="unseen">{say('try.sample')}</caption>
      <Table.Head>
        <Table.Row>
          <Table.HeaderCell>{say('try.payment')}</Table.HeaderCell>
          <Table.HeaderCell>{say('try.csv-for')}</Table.HeaderCell>
          <Table.HeaderCell>{say('try.state')}</Table.HeaderCell>
          <Table.HeaderCell>{say('try.day')}</Table.HeaderCell>
          <Table.HeaderCell className="num">{say('try.amount')}</Table.HeaderCell>
          <Table.HeaderCell className="num">{say('try.entry')}</Table.HeaderCell>
        </Table.Row>
      </Table.Head>
      <Table.Body>
        {rows.map((row) => (
          <Table.Row key={row.id}>
            <Table.Cell className="of">
              <Link to="/lists/$module/$view/$id" params={{ module: 'treasury', view: 'payments', id: row.id }}>
                {titleOf(row) ?? row.id.slice(0, 8)}
              </Link>
              {payeeOf(row) !== undefined && <span className="sub">{payeeOf(row)}</span>}
            </Table.Cell>
            <Table.Cell className="line">{lineOf(row)}</Table.Cell>
            <Table.Cell className="state">{codeWords(row.state)}</Table.Cell>
            <Table.Cell className="day">
              <Day day={row.execute} />
            </Table.Cell>
            <Table.Cell className="num amount">
              <Money minor={row.amount} currency={row.currency} />
            </Table.Cell>
            <Table.Cell className="num entry">
              <Link to="/entries/$ref" params={{ ref: String(row.entry) }} hash={`treasury/payment/${row.id}`}>
                {row.entry}
              </Link>
            </Table.Cell>
          </Table.Row>
        ))}
      </Table.Body>
    </Table>
  );
}
