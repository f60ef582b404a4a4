/** A list of a module, as its view declares it: columns, search, filters, and each row's own page. */
import { Button, Checkbox, Fieldset, Heading, Search, Table } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ListView, list, type ModuleViews, office, type Row } from '../data/api.ts';
import { useRecordTitles } from '../data/record-titles.ts';
import { useTitles } from '../data/titles.ts';
import { Cell, columnsOf } from '../parts/cell.tsx';
import { Titled } from '../parts/titled.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { NotHere } from './not-here.tsx';

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
  const filtered = Object.entries(search).filter(([field]) => view.filters.includes(field));
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
      {filtered.length > 0 && (
        <p className="chips">
          {filtered.map(([field, value]) => (
            <Button key={field} variant="secondary" data-size="sm" onClick={() => set({ [field]: undefined })}>
              {say('list.without', { filter: `${labelOf(view, field)}: ${value}` })}
            </Button>
          ))}
        </p>
      )}
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

function labelOf(view: ListView, field: string): string {
  return view.columns.find(({ column }) => column === field)?.label ?? field;
}
