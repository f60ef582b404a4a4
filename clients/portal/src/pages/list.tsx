/** A list of a module, as its view declares it: columns, search, filters, and each row's own page. */
import { Button, Checkbox, Field, Fieldset, Heading, Label, Search, Select, Table } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type ListView, list, type ModuleViews, office, type Row } from '../data/api.ts';
import { useRecordTitles } from '../data/record-titles.ts';
import { useTitles } from '../data/titles.ts';
import { Cell, columnsOf } from '../parts/cell.tsx';
import { Titled } from '../parts/titled.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { Chips } from './list-chips.tsx';
import type { NarrowProps } from './list-filter.tsx';
import { NotHere } from './not-here.tsx';

const ListFilter = lazy(async () => ({ default: (await import('./list-filter.tsx')).ListFilter }));

export function List() {
  const { module, view: name } = useParams({ from: '/lists/$module/$view' });
  const { modules } = useSuspenseQuery(office).data;
  const found = modules.find((one) => one.name === module);
  const view = found?.lists[name];
  return found === undefined || view === undefined ? <NotHere /> : <Listed module={found} name={name} view={view} />;
}

interface Listing {
  readonly module: ModuleViews;
  readonly name: string;
  readonly view: ListView;
}

function Listed({ module, name, view }: Listing) {
  const say = useWords();
  const search = useSearch({ from: '/lists/$module/$view' });
  const { without = '', ...asked } = search;
  const hidden = new Set(without.split(' ').filter((column) => view.columns.some((one) => one.column === column)));
  const navigate = useNavigate({ from: '/lists/$module/$view' });
  const { data, error } = useQuery(list(module.name, name, new URLSearchParams(asked).toString()));
  const set = (changes: Readonly<Record<string, string | undefined>>): void => {
    const next: Record<string, string | undefined> = { ...search, cursor: undefined, ...changes };
    const given = Object.entries(next).flatMap(([field, value]): [string, string][] =>
      value === undefined || value === '' ? [] : [[field, value]],
    );
    void navigate({ search: Object.fromEntries(given) });
  };
  /** What is typed in the filter is read anew once a part of it was taken away. */
  const [removed, setRemoved] = useState(0);
  const remove = (field: string): void => {
    set({ [field]: undefined });
    setRemoved(removed + 1);
  };
  const currency = String(search.currency ?? data?.rows[0]?.currency ?? '');
  return (
    <>
      <Heading level={1}>{view.title}</Heading>
      {view.search === true && (
        <search>
          <form
            className="find"
            onSubmit={(event) => {
              event.preventDefault();
              set({ search: String(new FormData(event.currentTarget).get('search') ?? '') });
            }}
          >
            <Search>
              <Search.Input name="search" aria-label={say('list.search', { title: view.title })} defaultValue={search.search ?? ''} />
              <Search.Clear aria-label={say('find.clear')} />
            </Search>
            <Button type="submit">{say('find.go')}</Button>
          </form>
        </search>
      )}
      <Chips view={view} search={search} currency={currency} onRemove={remove} />
      <Narrow {...{ module, name, view, search, currency }} nth={removed} onChange={set} />
      <Sort view={view} order={search.order ?? ''} onOrder={(order) => set({ order })} />
      {data === undefined ? (
        error === null ? (
          <Waiting />
        ) : (
          <p role="alert">{say('list.failed')}</p>
        )
      ) : (
        <Rows {...{ module, name, view, hidden }} rows={data.rows} order={search.order ?? ''} onOrder={(order) => set({ order })} />
      )}
      <Columns view={view} hidden={hidden} onChange={(columns) => set({ without: columns.join(' '), cursor: search.cursor })} />
      <Files path={`/data/${module.name}/${name}`} search={search} />
      {data?.next !== undefined && (
        <Button variant="secondary" onClick={() => set({ cursor: data.next })}>
          {say('list.more')}
        </Button>
      )}
    </>
  );
}

interface Shown extends Listing {
  readonly rows: readonly Row[];
  /** Columns that the reader has put away. */
  readonly hidden: ReadonlySet<string>;
  /** A column, or `-column` for descending. */
  readonly order: string;
  readonly onOrder: (order: string) => void;
}

function Rows({ module, name, view, rows, hidden, order, onOrder }: Shown) {
  const say = useWords();
  const titleOf = useTitles(rows);
  // A row's title says already what it is about.
  const shown = columnsOf(view).filter(({ column }) => column !== view.about?.column && !hidden.has(column));
  const called = useRecordTitles(module, shown, rows);
  if (rows.length === 0) return <p className="note">{say('list.none')}</p>;
  return (
    <Table className="rows" zebra>
      <caption className="unseen">{view.title}</caption>
      <Table.Head>
        <Table.Row>
          {shown.map(({ column, label, as }) => (
            <Table.HeaderCell
              key={column}
              className={as === 'money' ? 'num' : undefined}
              {...(view.orders.includes(column)
                ? {
                    sort: order === column ? ('ascending' as const) : order === `-${column}` ? ('descending' as const) : ('none' as const),
                    onClick: () => onOrder(order === column ? `-${column}` : column),
                  }
                : {})}
            >
              {label}
            </Table.HeaderCell>
          ))}
        </Table.Row>
      </Table.Head>
      <Table.Body>
        {rows.map((row) => (
          <Table.Row key={String(row[view.id])}>
            {shown.map((column, n) => (
              <Table.Cell key={column.column} data-label={column.label} className={column.as === 'money' ? 'num' : undefined}>
                {n === 0 ? (
                  <div>
                    <Titled
                      title={titleOf(row)}
                      link={(inner) => (
                        <Link to="/lists/$module/$view/$id" params={{ module: module.name, view: name, id: String(row[view.id]) }}>
                          {inner}
                        </Link>
                      )}
                    >
                      <Cell column={column} row={row} />
                    </Titled>
                  </div>
                ) : (
                  <Cell column={column} row={row} called={called(column, row)} />
                )}
              </Table.Cell>
            ))}
          </Table.Row>
        ))}
      </Table.Body>
    </Table>
  );
}

/** Which columns are shown: all but those put away, and the first always. */
function Columns({
  view,
  hidden,
  onChange,
}: {
  readonly view: ListView;
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: readonly string[]) => void;
}) {
  const say = useWords();
  const [, ...choosable] = columnsOf(view).filter(({ column }) => column !== view.about?.column);
  return (
    <details>
      <summary>{say('list.columns')}</summary>
      <Fieldset className="choices">
        <Fieldset.Legend className="unseen">{say('list.columns')}</Fieldset.Legend>
        {choosable.map(({ column, label }) => (
          <Checkbox
            key={column}
            label={label}
            checked={!hidden.has(column)}
            onChange={({ target }) => onChange(target.checked ? [...hidden].filter((one) => one !== column) : [...hidden, column])}
          />
        ))}
      </Fieldset>
    </details>
  );
}

/** The whole list to take away, by the filters in force. */
function Files({ path, search }: { readonly path: string; readonly search: Readonly<Record<string, string>> }) {
  const say = useWords();
  const { cursor: _, limit: __, without: ___, ...filters } = search;
  const query = new URLSearchParams(filters).toString();
  return (
    <p className="note links">
      {say('data.list')}
      {(['csv', 'jsonl'] as const).map((ending) => (
        <a key={ending} href={`${path}.${ending}${query === '' ? '' : `?${query}`}`} download>
          {ending === 'csv' ? 'CSV' : 'JSON'}
        </a>
      ))}
    </p>
  );
}

/** Questions to the list, loaded when somebody has one. */
function Narrow({ nth, ...props }: NarrowProps & { readonly nth: number }) {
  const say = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{say('list.narrow')}</summary>
      {isOpen && (
        <Suspense fallback={<Waiting />}>
          <ListFilter key={nth} {...props} />
        </Suspense>
      )}
    </details>
  );
}

/** Where a table has no heads to press. */
function Sort({ view, order, onOrder }: { readonly view: ListView; readonly order: string; readonly onOrder: (order: string) => void }) {
  const say = useWords();
  const columns = columnsOf(view).filter(({ column }) => view.orders.includes(column));
  if (columns.length === 0) return null;
  return (
    <Field className="when-narrow">
      <Label>{say('list.sort')}</Label>
      <Select value={order} onChange={({ target }) => onOrder(target.value)}>
        <Select.Option value="">{say('list.sort-usual')}</Select.Option>
        {columns.flatMap(({ column, label }) => [
          <Select.Option key={column} value={column}>
            {say('list.sort-up', { label })}
          </Select.Option>,
          <Select.Option key={`-${column}`} value={`-${column}`}>
            {say('list.sort-down', { label })}
          </Select.Option>,
        ])}
      </Select>
    </Field>
  );
}
