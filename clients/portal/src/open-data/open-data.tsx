/** Everything public to take away: each list as a table for spreadsheets and for programs, the log, and up to where all of it is good. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getJson } from '../data/api.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

/** `GET /api/v1/data`. */
interface OpenData {
  readonly sets: readonly { readonly name: string; readonly title: string; readonly area: string; readonly keys: readonly string[] }[];
  readonly licence: string;
  readonly contact?: string;
  readonly entries?: number;
  readonly checkpoint?: { readonly size: number; readonly root: string };
}

export function OpenDataPage() {
  const say = useWords();
  const { data, error } = useQuery({ queryKey: ['ledger', 'data'], queryFn: () => getJson<OpenData>('/api/v1/data') });
  if (data === undefined) return error === null ? <Waiting /> : <p role="alert">{say('list.failed')}</p>;
  const areas = [...new Set(data.sets.map(({ area }) => area))];
  return (
    <>
      <Heading level={1}>{say('data.title')}</Heading>
      <p className="lead">{say('data.lead')}</p>
      <GoodFor data={data} />
      {areas.map((area) => (
        <Card key={area}>
          <Card.Block>
            <Heading level={2} data-size="sm">
              {area}
            </Heading>
            <ul className="plain">
              {data.sets
                .filter((set) => set.area === area)
                .map(({ name, title, keys }) => (
                  <li key={name} className="takeaway">
                    <div>
                      <strong>{title}</strong>
                      <details className="columns">
                        <summary>{say('data.columns', { count: keys.length })}</summary>
                        <code className="root">{keys.join(', ')}</code>
                      </details>
                    </div>
                    <span className="links">
                      <a href={`/data/${name}.csv`} download aria-label={say('data.as', { title, form: 'CSV' })}>
                        CSV
                      </a>
                      <a href={`/data/${name}.jsonl`} download aria-label={say('data.as', { title, form: 'JSON' })}>
                        JSON
                      </a>
                    </span>
                  </li>
                ))}
            </ul>
          </Card.Block>
        </Card>
      ))}
      <Explained data={data} />
    </>
  );
}

function GoodFor({ data: { entries, checkpoint } }: { readonly data: OpenData }) {
  const say = useWords();
  if (entries === undefined) return null;
  return (
    <p className="note">
      {say('data.as-of', { entries })}{' '}
      {checkpoint !== undefined && (
        <>
          {say('data.checkpoint', { size: checkpoint.size })} <code className="root">{checkpoint.root}</code>
        </>
      )}
    </p>
  );
}

function Explained({ data: { licence, contact } }: { readonly data: OpenData }) {
  const say = useWords();
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="sm">
          {say('data.files')}
        </Heading>
        <dl className="facts">
          <div>
            <dt>CSV</dt>
            <dd>{say('data.csv-is')}</dd>
          </div>
          <div>
            <dt>JSON</dt>
            <dd>{say('data.json-is')}</dd>
          </div>
          <div>
            <dt>{say('data.log')}</dt>
            <dd>
              {say('data.log-is')} <a href="/log/checkpoint">{say('footer.stamp')}</a>, <Link to="/blocks">{say('blocks.title')}</Link>
            </dd>
          </div>
          <div>
            <dt>{say('data.catalogue')}</dt>
            <dd>
              {say('data.catalogue-is')} <a href="/data/catalog.jsonld">catalog.jsonld</a>
            </dd>
          </div>
          <div>
            <dt>{say('data.licence')}</dt>
            <dd>
              <code className="root">{licence}</code>
            </dd>
          </div>
          {contact !== undefined && (
            <div>
              <dt>{say('data.contact')}</dt>
              <dd>
                <a href={`mailto:${contact}`}>{contact}</a>
              </dd>
            </div>
          )}
        </dl>
      </Card.Block>
    </Card>
  );
}
