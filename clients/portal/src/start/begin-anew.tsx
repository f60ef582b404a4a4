/** The town as it was in the beginning, for whoever comes next. */
import { Button, Paragraph } from '@digdir/designsystemet-react';
import { useState } from 'react';
import { demoRun } from '../data/demo-run.ts';
import { useWords } from '../words/use-words.ts';
import { meetRun } from './run-met.ts';

const PAUSE_MS = 500;
const TRIES = 120;

export function BeginAnew() {
  const say = useWords();
  const [state, setState] = useState<'idle' | 'sure' | 'busy' | 'failed'>('idle');
  const begin = async (): Promise<void> => {
    setState('busy');
    try {
      await meetRun(await reset());
    } catch {
      setState('failed');
    }
  };
  return (
    <section>
      <Paragraph className="note">{say('anew.is')}</Paragraph>
      {state === 'idle' && (
        <Button variant="secondary" onClick={() => setState('sure')}>
          {say('anew.begin')}
        </Button>
      )}
      {state === 'sure' && (
        <Button data-color="danger" onClick={() => void begin()}>
          {say('anew.sure')}
        </Button>
      )}
      {state === 'busy' && <p role="status">{say('anew.busy')}</p>}
      {state === 'failed' && <p role="alert">{say('anew.failed')}</p>}
    </section>
  );
}

/** The run that answers then; rejects where none does for a minute. */
async function reset(): Promise<string> {
  const answer = await fetch('/api/demo/reset', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  if (!answer.ok) throw new Error(answer.statusText);
  const { run } = (await answer.json()) as { readonly run: string };
  for (let tries = 0; tries < TRIES; tries++) {
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    const now = await demoRun().catch(() => undefined);
    if (now !== undefined && now !== run) return now;
  }
  throw new Error('the town did not open again');
}
