/** One row of a list, whole, and whether its proof holds. */
import { Heading } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ListView, office, row } from '../data/api.ts';
import { useTitles } from '../data/titles.ts';
import { Cell, shortened } from '../parts/cell.tsx';
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
  const view = modules.find((one) => one.name === module)?.lists[name];
  const { data, error } = useQuery({ ...row(module, name, id), enabled: view !== undefined });
  const title = useTitles(data === undefined ? [] : [data])(data ?? {});
  if (view === undefined || error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  const rest = Object.keys(data).filter(
    (column) => column !== 'texts' && !view.columns.some((one) => one.column === column) && data[column] !== null && data[column] !== '',
  );
  const columns: ListView['columns'] = [
    ...view.columns.filter(({ as }) => as !== 'text'),
    ...rest.map((column) => ({ column, label: codeWords(column), as: 'code' as const })),
  ];
  return (
    <>
      <p className="note">
        <Link to="/lists/$module/$view" params={{ module, view: name }}>
          {view.title}
        </Link>
      </p>
      <Heading level={1}>{title === undefined ? shortened(id) : titleWords(title, say('title.withdrawn'))}</Heading>
      {view.collection !== undefined && <FactProof stateKey={`${module}/${view.collection}/${id}`} />}
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
                <Cell column={column} row={data} />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
