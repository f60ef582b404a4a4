/** Figures of the budget as a table: what there is to spend, what was paid, what is left, and all together. */
import { Table } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';
import { Money } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { type Figure, total } from './flow.ts';

export interface FigureTableProps {
  readonly caption: string;
  /** What the rows are. */
  readonly head: string;
  readonly figures: readonly Figure[];
  readonly currency: string;
  readonly nameOf: (figure: Figure) => ReactNode;
  readonly withTotal?: boolean;
}

export function FigureTable({ caption, head, figures, currency, nameOf, withTotal = false }: FigureTableProps) {
  const say = useWords();
  const cells = ({ budget, paid }: Figure): ReactNode =>
    (
      [
        ['money.appropriated', budget],
        ['money.paid', paid],
        ['money.open', budget - paid],
      ] as const
    ).map(([word, amount]) => (
      <Table.Cell key={word} className="num" data-label={say(word)}>
        <Money minor={amount.toString()} currency={currency} />
      </Table.Cell>
    ));
  return (
    <Table className="rows figures">
      <caption>{caption}</caption>
      <Table.Head>
        <Table.Row>
          <Table.HeaderCell>{head}</Table.HeaderCell>
          {(['money.appropriated', 'money.paid', 'money.open'] as const).map((word) => (
            <Table.HeaderCell key={word} className="num">
              {say(word)}
            </Table.HeaderCell>
          ))}
        </Table.Row>
      </Table.Head>
      <Table.Body>
        {figures.map((figure) => (
          <Table.Row key={figure.id}>
            <Table.HeaderCell scope="row" className="name">
              {nameOf(figure)}
              <progress max={1} value={share(figure)} aria-hidden="true" />
            </Table.HeaderCell>
            {cells(figure)}
          </Table.Row>
        ))}
        {withTotal && (
          <Table.Row className="total">
            <Table.HeaderCell scope="row" className="name">
              {say('money.total')}
            </Table.HeaderCell>
            {cells(total(figures))}
          </Table.Row>
        )}
      </Table.Body>
    </Table>
  );
}

function share({ budget, paid }: Figure): number {
  return budget <= 0n ? 0 : Number((paid * 1000n) / budget) / 1000;
}
