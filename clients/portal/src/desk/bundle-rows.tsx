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
    // A file's own columns are few, and each of them is signed.
    .slice(0, view.collection === undefined ? undefined : COLUMNS_MAX);
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

/** A line of a file that cannot be read, and why. */
export interface UnreadRow {
  readonly line: number;
  readonly text: string;
}

interface ExceptionsProps extends RowsProps {
  readonly exceptions: readonly Exception[];
  readonly unread?: readonly UnreadRow[];
}

export function Exceptions({ exceptions, unread = [], view, module }: ExceptionsProps) {
  const say = useWords();
  if (exceptions.length === 0 && unread.length === 0) return null;
  const isFile = view.collection === undefined;
  const lineWords = (line: number) => <strong>{say('file.line', { line })}</strong>;
  const refusals = exceptions.map(({ item: { id }, refused }) => ({
    id,
    called: isFile ? (
      lineWords(Number(id))
    ) : (
      <Link to="/record/$" params={{ _splat: `${module.name}/${view.collection}/${id}` }}>
        {shortened(id)}
      </Link>
    ),
    why: (
      <>
        {refused.text ?? refused.code}
        {refused.facts !== undefined && <Facts facts={refused.facts} />}
      </>
    ),
  }));
  const told = [...unread.map(({ line, text }) => ({ id: String(line), called: lineWords(line), why: <>{text}</> })), ...refusals];
  if (isFile) told.sort((a, b) => Number(a.id) - Number(b.id));
  return (
    <section>
      <Heading level={2} data-size="sm">
        {say('bundle.exceptions-lead')}
      </Heading>
      <ul className="exceptions">
        {told.map(({ id, called, why }) => (
          <li key={id}>
            {called} {why}
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf(title: Title | undefined): string | undefined {
  return title === undefined || title === 'withdrawn' ? undefined : title.text;
}
