/** Many items at once from a table that an officer drops: what it comes to, what the rules refuse, and one gesture for the rest. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { getJson, type ListView, office, type Row } from '../../data/api.ts';
import type { Me } from '../../keys/me.ts';
import { codeWords } from '../../parts/said.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { type Say, useWords } from '../../words/use-words.ts';
import { Bundle } from '../bundle-sign.tsx';
import { type Entitlement, entitled, type Form, type FormPick, formWithSchema } from '../desk-data.ts';
import { DeskPage } from '../desk-page.tsx';
import type { Schema } from '../forms/fields.ts';
import { Terms } from '../forms/terms.tsx';
import { type ItemList, itemList } from './item-list.ts';
import { columnsOf, FILE_BYTES_MAX, LINE, LINES_MAX, type ReadTable, readItems, type UnreadLine } from './read-items.ts';

export function FilePage() {
  return <DeskPage>{(me) => <Opened me={me} />}</DeskPage>;
}

function Opened({ me }: { readonly me: Me }) {
  const say = useWords();
  const { module, form: name } = useParams({ from: '/desk/file/$module/$form' });
  const { data: form } = useSuspenseQuery(formWithSchema(module, name));
  const { data: right } = useSuspenseQuery(entitled(me.officer));
  const mine = right.actions.find(({ action, signers }) => action === form.action && signers === 1);
  const list = itemList(form, codeWords);
  return (
    <>
      <Heading level={1}>{form.title}</Heading>
      <Paragraph className="lead">{form.text}</Paragraph>
      {mine === undefined || list === undefined ? (
        <Paragraph>{say(list === undefined ? 'file.impossible' : 'form.not-yours')}</Paragraph>
      ) : (
        <>
          <Terms right={right} action={form.action} />
          <Drop key={form.action} {...{ me, form, list }} right={mine} />
        </>
      )}
      <p className="links">
        <Link to="/desk/do/$module/$form" params={{ module, form: name }}>
          {say('bundle.one')}
        </Link>
        <Link to="/desk">{say('form.to-inbox')}</Link>
      </p>
    </>
  );
}

interface DropProps {
  readonly me: Me;
  readonly form: Form & { readonly schema: Schema };
  readonly list: ItemList;
  readonly right: Entitlement;
}

interface Dropped {
  readonly name: string;
  /** Counts files, so that each is looked at anew. */
  readonly nth: number;
  readonly table: ReadTable | { readonly tooLarge: true };
}

function Drop({ me, form, list, right }: DropProps) {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  const module = modules.find(({ name }) => name === form.module)!;
  const pick = form.picks?.find(({ items }) => items === list.name);
  const columns = columnsOf(list, pick?.fill ?? {});
  const currency = useCurrency(form.module, pick);
  const [dropped, setDropped] = useState<Dropped>();
  if (currency === undefined) return <Waiting />;
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const table =
      file.size > FILE_BYTES_MAX ? ({ tooLarge: true } as const) : readItems(await file.text(), list, columns, currency ?? undefined);
    setDropped((before) => ({ name: file.name, nth: (before?.nth ?? 0) + 1, table }));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  const named = (isRequired: boolean): string =>
    columns
      .filter((column) => (column.isRequired && !(currency !== null && column.path.endsWith('/currency'))) === isRequired)
      .map(({ names }) => names[0])
      .join(', ');
  const more = named(false);
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one more way beside the button within. */}
      <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <p>{say(more === '' ? 'file.columns-all' : 'file.columns', { columns: named(true), more, most: LINES_MAX })}</p>
        {pick !== undefined && (
          <p className="note links">
            <Link to="/lists/$module/$view" params={{ module: form.module, view: pick.list }} search={whereOf(pick)}>
              {say('file.from-list', { list: module.lists[pick.list]!.title })}
            </Link>
          </p>
        )}
        <label className="file">
          {say('try.csv-file')}
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            onChange={({ target }) => {
              void take(target.files?.[0]);
              // The same file, mended, may be chosen again.
              target.value = '';
            }}
          />
        </label>
      </div>
      {dropped !== undefined && (
        <section aria-live="polite" className="told">
          <Heading level={2} data-size="sm">
            {dropped.name}
          </Heading>
          <Report key={dropped.nth} {...{ me, form, list, right }} table={dropped.table} />
        </section>
      )}
    </>
  );
}

function Report({ table, me, form, list, right }: DropProps & { readonly table: Dropped['table'] }) {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  if ('tooLarge' in table) return <p role="alert">{say('file.too-large', { most: FILE_BYTES_MAX / 1024 / 1024 })}</p>;
  if ('broken' in table) return <p role="alert">{say('file.broken')}</p>;
  if ('missing' in table) return <p role="alert">{say('file.missing', { columns: table.missing.join(', ') })}</p>;
  return (
    <>
      {table.isCut && <p role="alert">{say('file.cut', { most: LINES_MAX })}</p>}
      <Bundle
        {...{ me, form, right }}
        member={list.name}
        items={table.items}
        unread={table.unread.map((one) => ({ line: one.line, text: unreadWords(one, say) }))}
        module={modules.find(({ name }) => name === form.module)!}
        view={viewOf(list, say('try.csv-line'))}
        empty={say('file.empty')}
      />
    </>
  );
}

function unreadWords({ faults }: UnreadLine, say: Say): string {
  if (faults === 'columns') return say('try.csv-no-columns');
  return faults.map(([label, fault]) => `${label}: ${say(`form.fault-${fault}`)}`).join(' ');
}

/** The items as a list of their own: the line's number, what it comes to, and the rest. */
function viewOf({ label, fields }: ItemList, line: string): ListView {
  const money = fields.filter(({ kind }) => kind === 'money');
  const rest = fields.filter(({ kind }) => kind !== 'money');
  return {
    ...{ kind: 'list', title: label, filters: [], orders: [], ranges: {}, id: LINE },
    columns: [
      { column: LINE, label: line },
      ...money.flatMap((field) => [
        { column: 'amount', label: field.label, as: 'money' as const },
        { column: 'currency', label: field.label, as: 'code' as const },
      ]),
      ...rest.map((field) => ({
        column: field.name,
        label: field.label,
        as: field.kind === 'day' ? ('date' as const) : ('code' as const),
      })),
    ],
  };
}

/** Of the list from which items are picked; null where it says none, undefined while it is asked. */
function useCurrency(module: string, pick: FormPick | undefined): string | null | undefined {
  const column = Object.entries(pick?.fill ?? {}).find(([path]) => path.endsWith('/currency'))?.[1];
  const { data, isError } = useQuery({
    queryKey: ['ledger', 'file-currency', module, pick?.list, column],
    queryFn: async () => {
      const query = new URLSearchParams({ ...whereOf(pick!), limit: '1' });
      const { rows } = await getJson<{ readonly rows: readonly Row[] }>(`/api/v1/${module}/${pick!.list}?${query}`);
      const found = rows[0]?.[column!];
      return typeof found === 'string' ? found : null;
    },
    enabled: column !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return column === undefined || isError ? null : data;
}

/** What does not depend on who asks. */
function whereOf({ where = {} }: FormPick): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => !value.startsWith('@')));
}
