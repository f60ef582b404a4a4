/** The newest stamp: what it covers, who signed it, and whether what this browser saw last still stands. */
import { Alert, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { office } from '../data/api.ts';
import { demoRun } from '../data/demo-run.ts';
import { codeWords, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { type MessageId, useLanguage, useWords } from '../words/use-words.ts';
import { type NewestStamp, readNewestStamp, type StampSigner } from './newest-stamp.ts';

type GoodStamp = Extract<NewestStamp, { ok: true }>;

const ROLES = { log: 'blocks.role-log', node: 'blocks.role-node', witness: 'blocks.role-witness' } as const;
const COLUMNS: readonly MessageId[] = ['blocks.signed-by', 'blocks.who', 'blocks.when-signed'];

export function StampCard() {
  const say = useWords();
  const { demo } = useSuspenseQuery(office).data;
  const { data, error } = useQuery({
    queryKey: ['ledger', 'stamp'],
    queryFn: async () => readNewestStamp(demo === true ? await demoRun() : undefined),
  });
  if (error !== null) return <p className="note">{say('proof.not-now')}</p>;
  if (data === undefined) return <Waiting />;
  if (!data.ok)
    return (
      <Alert data-color={data.code === 'quorum-not-met' ? 'warning' : 'danger'} role="alert">
        <Paragraph>{data.code === 'quorum-not-met' ? say('blocks.not-enough') : say('blocks.stamp-not', { code: data.code })}</Paragraph>
      </Alert>
    );
  return (
    <>
      <Since stamp={data} />
      <Card>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('blocks.newest')}
          </Heading>
          <Paragraph>{say('blocks.covers', { size: data.size })}</Paragraph>
          <Signed signers={data.signers} />
          <Paragraph>{say('blocks.signed-ok')}.</Paragraph>
          <Technical stamp={data} />
        </Card.Block>
      </Card>
    </>
  );
}

function Since({ stamp: { since, size, note } }: { readonly stamp: GoodStamp }) {
  const say = useWords();
  if (since?.holds === false)
    return (
      <Alert data-color="danger" role="alert">
        <Heading level={2} data-size="2xs">
          {say('blocks.parted')}
        </Heading>
        <Paragraph>{say('blocks.parted-means')}</Paragraph>
        <p className="links">
          <Saved note={since.then} name="stamp-then.txt" word="blocks.save-old" />
          <Saved note={note} name="stamp-now.txt" word="blocks.save-new" />
        </p>
      </Alert>
    );
  return (
    <Alert data-color={since === undefined ? 'info' : 'success'} role="status">
      <Paragraph>
        {since === undefined ? say('blocks.first-time') : say('blocks.added', { size: since.size, added: Math.max(0, size - since.size) })}
      </Paragraph>
    </Alert>
  );
}

function Saved({ note, name, word }: { readonly note: string; readonly name: string; readonly word: MessageId }) {
  const say = useWords();
  return (
    <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(note)}`} download={name}>
      {say(word)}
    </a>
  );
}

function Signed({ signers }: { readonly signers: readonly StampSigner[] }) {
  const say = useWords();
  return (
    <table className="rows plain">
      <caption className="unseen">{say('blocks.signed-by')}</caption>
      <thead>
        <tr>
          {COLUMNS.map((word) => (
            <th key={word} scope="col">
              {say(word)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {signers.map(({ kind, name, time }) => (
          <tr key={`${kind} ${name}`}>
            <td>
              <span aria-hidden="true">✓ </span>
              {say(`blocks.signed-${kind}`, { name: codeWords(name) })}
            </td>
            <td data-label={say('blocks.who')}>{say(ROLES[kind])}</td>
            <td data-label={time === undefined ? undefined : say('blocks.when-signed')}>
              {time !== undefined && <When time={time} withClock />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Technical({ stamp: { origin, root, note, takes } }: { readonly stamp: GoodStamp }) {
  const say = useWords();
  const language = useLanguage();
  const needed = [
    ...(takes.nodes > 0 ? [say('blocks.takes-nodes', { count: takes.nodes })] : []),
    ...(takes.outside > 0 ? [say('blocks.takes-outside', { count: takes.outside })] : []),
  ];
  return (
    <details className="technical">
      <summary>{say('technical.title')}</summary>
      <p>{say('blocks.takes', { quorum: new Intl.ListFormat(language).format(needed) })}</p>
      <dl className="facts">
        <div>
          <dt>{say('blocks.origin')}</dt>
          <dd>
            <code>{origin}</code>
          </dd>
        </div>
        <div>
          <dt>{say('blocks.root')}</dt>
          <dd>
            <code>{root}</code>
          </dd>
        </div>
      </dl>
      <pre>{note}</pre>
    </details>
  );
}
