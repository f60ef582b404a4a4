/** An act's whole story: who did what under which right, what it changed, and its proof, checked here in the browser. */
import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { getJson } from '../data/api.ts';
import { codeWords, Money, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { ReceiptProof } from '../proof/receipt-proof.tsx';
import { useWords } from '../words/use-words.ts';
import { NotHere } from './not-here.tsx';

interface Told {
  readonly label: string;
  readonly as: 'text' | 'withdrawn' | 'money' | 'day' | 'time' | 'flag' | 'record';
  readonly value: string | number | boolean;
  readonly currency?: string;
  readonly key?: string;
}

/** `GET /api/v1/stories/:ref`. */
interface Story {
  readonly index: number;
  readonly name: string;
  readonly height: number;
  readonly time: number;
  readonly kind: 'act' | 'charter' | 'stamp';
  readonly title: string;
  readonly headline: string;
  readonly right: string;
  readonly signers: readonly { readonly role: string; readonly office: string; readonly agency: string }[];
  readonly events: readonly { readonly type: string; readonly title: string; readonly told: readonly Told[] }[];
  readonly keys: readonly string[];
}

export function Entry() {
  const say = useWords();
  const { ref } = useParams({ from: '/entries/$ref' });
  // What is written once does not change.
  const { data, error } = useQuery({ queryKey: ['story', ref], queryFn: () => getJson<Story>(`/api/v1/stories/${ref}`) });
  if (error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  const { kind, height, index, time } = data;
  return (
    <>
      <Heading level={1}>{kind === 'act' ? data.title : say(`entry.${kind}`, { height })}</Heading>
      <Paragraph className="lead">{kind === 'act' ? data.headline : say(`entry.${kind}-is`)}</Paragraph>
      {kind === 'act' && <ReceiptProof name={data.name} />}
      <dl className="facts">
        <div>
          <dt>{say('entry.when')}</dt>
          <dd>
            <When time={time} />
          </dd>
        </div>
        {kind === 'act' && (
          <>
            <div>
              <dt>{say('entry.who')}</dt>
              <dd>
                {data.signers.map(({ role, office, agency }) => (
                  <div key={`${role} ${office}`}>
                    {say('entry.signer', { role: codeWords(role), office: codeWords(office), agency: codeWords(agency) })}
                  </div>
                ))}
              </dd>
            </div>
            <div>
              <dt>{say('entry.under')}</dt>
              <dd>{say('entry.right', { right: data.right })}</dd>
            </div>
          </>
        )}
        <div>
          <dt>{say('entry.place')}</dt>
          <dd>{say('entry.line', { index, height })}</dd>
        </div>
      </dl>
      {data.events.length > 0 && (
        <Card>
          <Card.Block>
            <Heading level={2} data-size="sm">
              {say('entry.happened')}
            </Heading>
            {data.events.map(({ type, title, told }, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an entry's events never change.
              <section key={`${type} ${n}`}>
                <Heading level={3} data-size="2xs">
                  {title}
                </Heading>
                <dl className="facts">
                  {told.map((one) => (
                    <div key={one.label + String(one.value)}>
                      <dt>{one.label}</dt>
                      <dd>
                        <Said told={one} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </Card.Block>
        </Card>
      )}
    </>
  );
}

function Said({ told: { as, value, currency = '', key } }: { readonly told: Told }) {
  const say = useWords();
  if (as === 'money') return <Money minor={String(value)} currency={currency} />;
  if (as === 'time') return <When time={Number(value)} withClock />;
  if (as === 'flag') return <>{say(value === true ? 'yes' : 'no')}</>;
  if (as === 'withdrawn') return <>{say('entry.withdrawn', { why: String(value) })}</>;
  if (as === 'record') return <a href={`/record/${key}`}>{String(value)}</a>;
  return <>{String(value)}</>;
}
