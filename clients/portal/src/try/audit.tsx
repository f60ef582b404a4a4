/** Check the whole record on a machine of one's own: one line for the terminal, and what it does. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';
import { Command } from './command.tsx';
import { OnlyDemo } from './only-demo.tsx';

export function Audit() {
  const say = useWords();
  const { origin } = location;
  return (
    <OnlyDemo>
      <Heading level={1}>{say('try.audit')}</Heading>
      <Paragraph className="lead">{say('try.audit-lead')}</Paragraph>
      <Command text={`npx tabularium audit ${origin}`} name={say('try.terminal')} wraps />
      <p className="note">{say('try.audit-get')}</p>
      <ol className="does">
        {(['try.audit-reads', 'try.audit-signatures', 'try.audit-again', 'try.audit-compares'] as const).map((line) => (
          <li key={line}>{say(line)}</li>
        ))}
      </ol>
      <p>{say('try.audit-ends')}</p>
      <Heading level={2} data-size="sm">
        {say('try.audit-later')}
      </Heading>
      <p>{say('try.audit-keep')}</p>
      <Command text={`npx tabularium audit ${origin} --json > audit.jsonl`} name={say('try.terminal')} wraps />
      <p>{say('try.audit-since')}</p>
      <Command text={`npx tabularium audit ${origin} --since audit.jsonl`} name={say('try.terminal-later')} wraps />
    </OnlyDemo>
  );
}
