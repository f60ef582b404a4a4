/** What a receiver of webhooks is told, as it arrives, and whether each delivery is signed by this node. */
import { Button, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { Ledger } from '@tabularium/sdk';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fetchInLanguage, getJson, office } from '../data/api.ts';
import { When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ALLOT, allotment, type BudgetProgram, budgetProgram } from './budget-program.ts';
import { Command } from './command.tsx';
import { OnlyDemo } from './only-demo.tsx';
import { receiverLines } from './receiver-lines.ts';
import './try.css';

const EVERY_MS = 1_000;
/** More than the one euro of the twenty lines of Python, whose entry the last step looks for. */
const TWO_EUROS = '200';

/** `GET /api/demo/caught`, newest first. */
interface CaughtAnswer {
  readonly url: string;
  /** Where a receiver of the visitor's own may listen, `host:port`, and the folder of the town's ledger. */
  readonly own: string;
  readonly data: string;
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
  const acting = useMutation({ mutationFn: (as: BudgetProgram) => allotTwoEuros(as, origin) });
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
                <code>{typeOf(one.body)}</code> <Whence body={one.body} />
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
      <Heading level={2} data-size="sm">
        {say('try.hooks-own')}
      </Heading>
      <p>{say('try.hooks-receiver')}</p>
      <Command name={say('try.python')} text={receiverLines(data.own)} />
      <p>{say('try.hooks-add')}</p>
      <Command
        name={say('try.terminal')}
        text={`npx tabularium webhook add http://${data.own}/ --webhook-allow ${data.own} --data ${data.data}`}
        wraps
      />
      <p>{say('try.hooks-list')}</p>
      <Command name={say('try.terminal')} text={`npx tabularium webhook list --data ${data.data}`} wraps />
      <p>
        <Link to="/developers">{say('try.hooks-guide')}</Link>
      </p>
    </>
  );
}

async function allotTwoEuros({ role, signer, lines }: BudgetProgram, origin: string): Promise<string> {
  const [line] = lines;
  if (line === undefined) return 'nothing';
  const ledger = new Ledger({ url: location.origin, origin, fetch: fetchInLanguage });
  return (await ledger.act({ action: ALLOT, as: role, body: allotment(line, TWO_EUROS) }, signer)).kind;
}

/** When it happened, and where it stands; nothing for what is no happening of this ledger. */
function Whence({ body }: { readonly body: string }) {
  const say = useWords();
  const { time, data } = happeningIn(body);
  const at = Date.parse(String(time));
  const index = data?.index;
  if (Number.isNaN(at) || typeof index !== 'number') return null;
  return (
    <span className="note">
      <When time={at} withClock /> · {say('try.hooks-entry', { index })}
    </span>
  );
}

function happeningIn(body: string): { readonly time?: unknown; readonly data?: { readonly index?: unknown } | null } {
  try {
    return (JSON.parse(body) ?? {}) as ReturnType<typeof happeningIn>;
  } catch {
    return {};
  }
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
