/** What a receiver of webhooks is told, as it arrives, and whether each delivery is signed by this node. */
import { Button, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { Ledger } from '@tabularium/sdk';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { fetchInLanguage, getJson, office } from '../data/api.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ALLOT, allotment, type BudgetProgram, budgetProgram } from './budget-program.ts';
import { OnlyDemo } from './only-demo.tsx';
import './try.css';

const EVERY_MS = 1_000;
const ONE_EURO = '100';

/** `GET /api/demo/caught`, newest first. */
interface CaughtAnswer {
  readonly url: string;
  readonly caught: readonly {
    readonly id: string;
    readonly timestamp: string;
    readonly signature: string;
    readonly isSigned: boolean;
    readonly body: string;
  }[];
}

export function Webhooks() {
  return (
    <OnlyDemo>
      <Catching />
    </OnlyDemo>
  );
}

function Catching() {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const { data: program } = useQuery(budgetProgram);
  const { data } = useQuery({
    queryKey: ['caught'],
    queryFn: () => getJson<CaughtAnswer>('/api/demo/caught'),
    refetchInterval: EVERY_MS,
  });
  const acting = useMutation({ mutationFn: (as: BudgetProgram) => allotOneEuro(as, origin) });
  if (data === undefined) return <Waiting />;
  return (
    <>
      <Heading level={1}>{say('try.hooks-title')}</Heading>
      <Paragraph className="lead">{say('try.hooks-lead')}</Paragraph>
      <div className="beside">
        <Button
          disabled={program?.lines[0] === undefined || acting.isPending}
          onClick={() => program !== undefined && acting.mutate(program)}
        >
          {say('try.hooks-act')}
        </Button>
        <span role="status">
          {program !== undefined && program.lines.length === 0 && say('try.no-budget')}
          {acting.isError && say('try.not-played')}
          {acting.data !== undefined && say(acting.data === 'accepted' ? 'try.hooks-done' : 'try.not-played')}
        </span>
      </div>
      <Heading level={2} data-size="sm">
        {say('try.hooks-arrived', { url: data.url })}
      </Heading>
      <ol className="caught" aria-live="polite">
        {data.caught.map((one) => (
          <li key={one.id}>
            <details>
              <summary>
                <Tag data-color={one.isSigned ? 'success' : 'danger'}>{say(one.isSigned ? 'try.hooks-signed' : 'try.hooks-unsigned')}</Tag>{' '}
                <code>{typeOf(one.body)}</code>
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard. */}
              <section className="lines" tabIndex={0} aria-label={one.id}>
                <pre>
                  {`webhook-id: ${one.id}\nwebhook-timestamp: ${one.timestamp}\nwebhook-signature: ${one.signature}\n\n${readable(one.body)}`}
                </pre>
              </section>
            </details>
          </li>
        ))}
      </ol>
      {data.caught.length === 0 && <p className="note">{say('try.hooks-none')}</p>}
      <p className="note">{say('try.hooks-own')}</p>
    </>
  );
}

async function allotOneEuro({ role, signer, lines }: BudgetProgram, origin: string): Promise<string> {
  const [line] = lines;
  if (line === undefined) return 'nothing';
  const ledger = new Ledger({ url: location.origin, origin, fetch: fetchInLanguage });
  return (await ledger.act({ action: ALLOT, as: role, body: allotment(line, ONE_EURO) }, signer)).kind;
}

function typeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { readonly type?: unknown }).type);
  } catch {
    return '?';
  }
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
