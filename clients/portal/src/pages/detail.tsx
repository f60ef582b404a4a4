/** One row of a list, whole, and whether its proof holds. */
import { Heading } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ListView, type ModuleViews, office, type Row, row } from '../data/api.ts';
import { useRecordTitles } from '../data/record-titles.ts';
import { useTitles } from '../data/titles.ts';
import { Cell, columnsOf, shortened } from '../parts/cell.tsx';
import { codeWords } from '../parts/said.tsx';
import { titleWords } from '../parts/titled.tsx';
import { Waiting } from '../parts/waiting.tsx';
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
      {view.collection !== undefined && <FactProof stateKey={`${module}/${view.collection}/${id}`} />}
      <Members module={found} view={view} data={data} />
    </>
  );
}

function Members({ module, view, data }: { readonly module: ModuleViews; readonly view: ListView; readonly data: Row }) {
  const rest = Object.keys(data).filter(
    (column) => column !== 'texts' && !view.columns.some((one) => one.column === column) && data[column] !== null && data[column] !== '',
  );
  const columns = [...columnsOf(view), ...rest.map((column) => ({ column, label: codeWords(column), as: 'code' as const }))];
  const called = useRecordTitles(module, columns, [data]);
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
          </dd>
        </div>
      ))}
    </dl>
  );
}
