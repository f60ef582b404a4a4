/** What a proven receipt holds: what was asked for, in which role, by which key, and the words that were signed, as they are. */
import { Link as Anchor, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { VerifiedReceipt } from '@tabularium/verify';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { office } from '../data/api.ts';
import { seatWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';

export function Submitted({ proven, onPaper }: { readonly proven: VerifiedReceipt; readonly onPaper: boolean }) {
  const say = useWords();
  const { origin, modules } = useSuspenseQuery(office).data;
  const { transaction, checkpoint, index } = proven;
  const { action, as, body } = transaction.payload;
  const [module = '', ...local] = action.split('.');
  const title = modules.find(({ name }) => name === module)?.actions[local.join('.')] ?? action;
  const facts = [
    [say('submitted.action'), title],
    ...(as === undefined ? [] : [[say('submitted.role'), seatWords(as)]]),
    [say('technical.key'), <code key="key">{transaction.kid}</code>],
    [say('technical.name'), <code key="name">{transaction.name}</code>],
  ] as const;
  return (
    <section className="submitted">
      <Heading level={2} data-size="xs">
        {say('submitted.title')}
      </Heading>
      {onPaper && <Paragraph>{say('submitted.compare')}</Paragraph>}
      <dl className="facts">
        {facts.map(([term, value]) => (
          <div key={String(term)}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>{say('technical.signed')}</summary>
        <pre>{JSON.stringify(body, null, 2)}</pre>
      </details>
      {checkpoint.origin === origin && (
        <p>
          <Anchor asChild>
            <Link to="/entries/$ref" params={{ ref: String(index) }}>
              {say('submitted.see')}
            </Link>
          </Anchor>
        </p>
      )}
    </section>
  );
}
