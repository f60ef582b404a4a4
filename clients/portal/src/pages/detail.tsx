/** One row of a list, whole, and what of it the proven record says too. */
import { Heading } from '@digdir/designsystemet-react';
import type { JsonObject } from '@tabularium/protocol';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ListView, type ModuleViews, office, type Row, row } from '../data/api.ts';
import { useRecordTitles } from '../data/record-titles.ts';
import { purposes } from '../data/stories.ts';
import { useTitles } from '../data/titles.ts';
import { Cell, columnsOf, shortened } from '../parts/cell.tsx';
import { codeWords } from '../parts/said.tsx';
import { titleWords } from '../parts/titled.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { differing, provenRow } from '../proof/as-proven.ts';
import { fact } from '../proof/check.ts';
import { FactProof } from '../proof/fact-proof.tsx';
import { useWords } from '../words/use-words.ts';
import { NotHere } from './not-here.tsx';

export function Detail() {
  const say = useWords();
  const { module, view: name, id } = useParams({ from: '/lists/$module/$view/$id' });
  const { modules } = useSuspenseQuery(office).data;
  const found = modules.find((one) => one.name === module);
  const view = found?.lists[name];
  const { data, error } = useQuery({ ...row(module, name, id), enabled: view !== undefined });
  const title = useTitles(data === undefined ? [] : [data])(data ?? {});
  if (found === undefined || view === undefined || error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  return (
    <>
      <p className="note">
        <Link to="/lists/$module/$view" params={{ module, view: name }}>
          {view.title}
        </Link>
      </p>
      <Heading level={1}>{title === undefined ? shortened(id) : titleWords(title, say('title.withdrawn'))}</Heading>
      {view.collection !== undefined && <Purpose of={`${module}/${view.collection}/${id}`} />}
      {view.collection === undefined ? (
        <Members module={found} columns={columnsShown(view, data)} data={data} />
      ) : (
        <ProvenMembers module={found} view={view} data={data} id={id} stateKey={`${module}/${view.collection}/${id}`} />
      )}
    </>
  );
}

/** What it was for, where its title is another: of a payment to somebody, what was paid. */
function Purpose({ of }: { readonly of: string }) {
  const say = useWords();
  const purpose = useQuery(purposes([of])).data?.[of];
  if (purpose === undefined) return null;
  return (
    <p className="lead">
      {say('purpose.for')}{' '}
      <Link to="/record/$" params={{ _splat: purpose.key }}>
        {purpose.title}
      </Link>
    </p>
  );
}

type Column = ListView['columns'][number];

/** Of a record: what the proven record says too is marked, and the rest stands apart, so that nobody takes it for proven. */
function ProvenMembers({ module, view, data, id, stateKey }: ProvenMembersOf) {
  const say = useWords();
  const { data: checked } = useQuery(fact(stateKey));
  const columns = columnsShown(view, data);
  const compared = (record: JsonObject): Row => ({ ...provenRow([...viewed(view), ...Object.keys(data)], record), [view.id]: id });
  const proven = checked?.ok === true && checked.value !== null ? compared(checked.value as JsonObject) : undefined;
  const isProven = ({ column }: Column): boolean => proven === undefined || Object.hasOwn(proven, column);
  const rest = columns.filter((column) => !isProven(column));
  return (
    <>
      <FactProof
        stateKey={stateKey}
        holds="fact.marked"
        isShown
        compare={(record) => {
          const should = compared(record);
          return differing(data, should).map((name) => {
            const column = columnOf(view, name);
            return { label: column.label, here: <Cell column={column} row={data} />, proven: <Cell column={column} row={should} /> };
          });
        }}
      />
      <Members module={module} columns={columns.filter(isProven)} data={data} proven={proven} />
      {rest.length > 0 && (
        <section>
          <Heading level={2} data-size="2xs">
            {say('fact.from-lists')}
          </Heading>
          <p className="note">{say('fact.from-lists-why')}</p>
          <Members module={module} columns={rest} data={data} />
        </section>
      )}
    </>
  );
}

interface ProvenMembersOf {
  readonly module: ModuleViews;
  readonly view: ListView;
  readonly data: Row;
  readonly id: string;
  readonly stateKey: string;
}

const viewed = ({ columns }: ListView): readonly string[] => columns.map(({ column }) => column);

function columnOf(view: ListView, name: string): Column {
  return view.columns.find(({ column }) => column === name) ?? { column: name, label: codeWords(name), as: 'code' };
}

/** Those of the list, and after them whatever else the row says. */
function columnsShown(view: ListView, data: Row): readonly Column[] {
  const rest = Object.keys(data).filter(
    (column) => column !== 'texts' && !viewed(view).includes(column) && data[column] !== null && data[column] !== '',
  );
  return [...columnsOf(view), ...rest.map((column) => columnOf(view, column))];
}

interface MembersOf {
  readonly module: ModuleViews;
  readonly columns: readonly Column[];
  readonly data: Row;
  /** The proven record as such a row. */
  readonly proven?: Row | undefined;
}

function Members({ module, columns, data, proven }: MembersOf) {
  const called = useRecordTitles(module, columns, [data]);
  const wrong = proven === undefined ? [] : differing(data, proven);
  return (
    <dl className="facts">
      {columns.map((column) => (
        <div key={column.column}>
          <dt>{column.label}</dt>
          <dd>
            {column.column === 'entry' && typeof data.entry === 'number' ? (
              <Link to="/entries/$ref" params={{ ref: String(data.entry) }}>
                {data.entry}
              </Link>
            ) : (
              <Cell column={column} row={data} called={called(column, data)} />
            )}
            {proven !== undefined && <Mark isAsProven={!wrong.includes(column.column)} isLink={called(column, data) !== undefined} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** `isLink`: proven is which record it leads to, not what that one is called. */
function Mark({ isAsProven, isLink }: { readonly isAsProven: boolean; readonly isLink: boolean }) {
  const say = useWords();
  const means = say(isAsProven ? (isLink ? 'fact.leads-as-proven' : 'fact.as-proven') : 'fact.not-as-proven');
  return (
    <span className={isAsProven ? 'mark' : 'mark wrong'} title={means}>
      {'\u00a0'}
      <span aria-hidden="true">{isAsProven ? '✓' : '≠'}</span>
      <span className="unseen">{means}</span>
    </span>
  );
}
