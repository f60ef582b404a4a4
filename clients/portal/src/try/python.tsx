/** Lines of Python that one paste runs: they sign with an invented officer's key, send it to this node and check the receipt. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { entries, office } from '../data/api.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ALLOT, allotment, budgetProgram } from './budget-program.ts';
import { Command } from './command.tsx';
import { OnlyDemo } from './only-demo.tsx';
import { pythonLines, shellAround } from './python-lines.ts';

const ONE_EURO = '100';

export function Python() {
  return (
    <OnlyDemo>
      <PythonLines />
    </OnlyDemo>
  );
}

function PythonLines() {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const { data: program } = useQuery(budgetProgram);
  const latest = useQuery(entries(undefined, 3));
  const line = program?.lines[0];
  const python =
    program !== undefined && line !== undefined
      ? pythonLines({
          ...{ url: location.origin, ledger: origin, action: ALLOT, role: program.role },
          ...{ kid: program.signer.kid, d: program.d, body: allotment(line, ONE_EURO) },
        })
      : undefined;
  const [before, after] = shellAround(location.origin);
  return (
    <>
      <Heading level={1}>{say('try.python-title')}</Heading>
      <Paragraph className="lead">{say('try.python-lead')}</Paragraph>
      {program === undefined && <Waiting />}
      {program !== undefined && line === undefined && <p role="status">{say('try.no-budget')}</p>}
      {python !== undefined && (
        <Command name={say('try.python-paste')} text={`${before}${python}${after}`}>
          <span className="shell">{before}</span>
          <code>{python}</code>
          <span className="shell">{after}</span>
        </Command>
      )}
      <p className="note">{say('try.python-proof')}</p>
      <Heading level={2} data-size="sm">
        {say('try.arrives')}
      </Heading>
      {latest.data !== undefined && <EntryList rows={latest.data.rows} />}
    </>
  );
}
