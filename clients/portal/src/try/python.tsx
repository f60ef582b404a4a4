/** Lines of Python that run as they stand: they sign with an invented officer's key, send it to this node and check the receipt. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { entries, office } from '../data/api.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ALLOT, allotment, budgetProgram } from './budget-program.ts';
import { Command } from './command.tsx';
import { OnlyDemo } from './only-demo.tsx';
import { pythonLines } from './python-lines.ts';

const MAKE_READY = 'python3 -m venv try-env && . try-env/bin/activate && pip install cryptography';
const verifying = (url: string): string =>
  `curl -s ${url}/log/policy -o try.policy\nnpx tabularium verify try.tlog-proof --policy try.policy`;
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
  return (
    <>
      <Heading level={1}>{say('try.python-title')}</Heading>
      <Paragraph className="lead">{say('try.python-lead')}</Paragraph>
      {program === undefined && <Waiting />}
      {program !== undefined && line === undefined && <p role="status">{say('try.no-budget')}</p>}
      {program !== undefined && line !== undefined && (
        <>
          <Command
            name={say('try.python')}
            text={pythonLines({
              ...{ url: location.origin, ledger: origin, action: ALLOT, role: program.role },
              ...{ kid: program.signer.kid, d: program.d, body: allotment(line, ONE_EURO) },
            })}
          />
          <p>{say('try.python-once')}</p>
          <Command text={MAKE_READY} name={say('try.terminal')} wraps />
          <p>{say('try.python-run')}</p>
          <Command text="python3 try.py" name={say('try.terminal')} wraps />
        </>
      )}
      <Heading level={2} data-size="sm">
        {say('try.arrives')}
      </Heading>
      {latest.data !== undefined && <EntryList rows={latest.data.rows} />}
      <p>{say('try.python-proof')}</p>
      <Command text={verifying(location.origin)} name={say('try.terminal')} wraps />
    </>
  );
}
