/** Rows of a bundle, as their own list shows them; what the rules refuse, with the reason. */
import { Heading, Table } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import type { ListView, ModuleViews } from '../data/api.ts';
import { useRecordTitles } from '../data/record-titles.ts';
import { type Title, useTitles } from '../data/titles.ts';
import { Cell, columnsOf, shortened } from '../parts/cell.tsx';
import { useWords } from '../words/use-words.ts';
import type { BundleItem, Exception } from './bundle.ts';
import { Facts } from './refusal.tsx';

interface RowsProps {
  readonly view: ListView;
  readonly module: ModuleViews;
}

interface ItemRowsProps extends RowsProps {
  readonly items: readonly BundleItem[];
  /** Ids that are not to be signed. */
  readonly leftOut?: ReadonlySet<string>;
  readonly onToggle?: (id: string) => void;
}

/** Enough to know a row: what it is about, how much, until when. */
const COLUMNS_MAX = 4;

export function ItemRows({ items, view, module, leftOut, onToggle }: ItemRowsProps) {
  const say = useWords();
  const columns = columnsOf(view)
    .filter(({ column }) => column !== 'state')
    .slice(0, COLUMNS_MAX);
  const titleOf = useTitles(items.map(({ row }) => row));
  const called = useRecordTitles(
    module,
    columns,
    items.map(({ row }) => row),
  );
  return (
    <div className="scrolls">
      <Table className="rows" data-size="sm">
        <Table.Head>
          <Table.Row>
            {onToggle !== undefined && <Table.HeaderCell>{say('bundle.signs')}</Table.HeaderCell>}
            {columns.map(({ column, label, as }) => (
              <Table.HeaderCell key={column} className={as === 'money' ? 'num' : undefined}>
                {label}
              </Table.HeaderCell>
            ))}
          </Table.Row>
        </Table.Head>
        <Table.Body>
          {items.map(({ id, row }) => (
            <Table.Row key={id}>
              {onToggle !== undefined && (
                <Table.Cell>
                  <input
                    type="checkbox"
                    aria-label={say('bundle.sign-this', { id: shortened(id) })}
                    checked={leftOut?.has(id) !== true}
                    onChange={() => onToggle(id)}
                  />
                </Table.Cell>
              )}
              {columns.map((column) => (
                <Table.Cell key={column.column} data-label={column.label} className={column.as === 'money' ? 'num' : undefined}>
                  {column.column === view.id && view.collection !== undefined ? (
                    <Link to="/record/$" params={{ _splat: `${module.name}/${view.collection}/${id}` }}>
                      {nameOf(titleOf(row)) ?? shortened(id)}
                    </Link>
                  ) : (
                    <Cell column={column} row={row} called={called(column, row)} />
                  )}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
    </div>
  );
}

export function Exceptions({ exceptions, view, module }: RowsProps & { readonly exceptions: readonly Exception[] }) {
  const say = useWords();
  if (exceptions.length === 0) return null;
  return (
    <section>
      <Heading level={2} data-size="sm">
        {say('bundle.exceptions-lead')}
      </Heading>
      <ul className="exceptions">
        {exceptions.map(({ item, refused }) => (
          <li key={item.id}>
            <Link to="/record/$" params={{ _splat: `${module.name}/${view.collection ?? ''}/${item.id}` }}>
              {shortened(item.id)}
            </Link>{' '}
            {refused.text ?? refused.code}
            {refused.facts !== undefined && <Facts facts={refused.facts} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf(title: Title | undefined): string | undefined {
  return title === undefined || title === 'withdrawn' ? undefined : title.text;
}
