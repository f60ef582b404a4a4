/** The town as it was in the beginning, for whoever comes next. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useEffect, useRef, useState } from 'react';
import { demoRun } from '../data/demo-run.ts';
import { useWords } from '../words/use-words.ts';
import { meetRun } from './run-met.ts';

const PAUSE_MS = 500;
const TRIES = 120;
/** A click that follows so soon was meant for the button that asked. */
const DOUBLE_MS = 1_000;

export function BeginAnew() {
  const say = useWords();
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const asked = useRef<HTMLDialogElement>(null);
  const [askedAt, setAskedAt] = useState<number>();
  const [isRead, setRead] = useState(false);
  useEffect(() => {
    setRead(false);
    const soon = setTimeout(() => setRead(askedAt !== undefined), DOUBLE_MS);
    return () => clearTimeout(soon);
  }, [askedAt]);
  const ask = (): void => {
    asked.current?.showModal();
    setAskedAt(performance.now());
  };
  const begin = async (): Promise<void> => {
    asked.current?.close();
    setState('busy');
    try {
      await meetRun(await reset());
    } catch {
      setState('failed');
    }
  };
  return (
    <section className="begin-anew">
      <Paragraph className="note">{say('anew.is')}</Paragraph>
      <Button variant="secondary" disabled={state === 'busy'} onClick={ask}>
        {say('anew.begin')}
      </Button>
      {state === 'busy' && <p role="status">{say('anew.busy')}</p>}
      {state === 'failed' && <p role="alert">{say('anew.failed')}</p>}
      <dialog ref={asked} className="ds-dialog" aria-labelledby="anew-asked">
        <Heading level={2} data-size="xs" id="anew-asked">
          {say('anew.asked')}
        </Heading>
        <Paragraph>{say('anew.means')}</Paragraph>
        <div className="ways">
          <Button variant="secondary" autoFocus onClick={() => asked.current?.close()}>
            {say('anew.cancel')}
          </Button>
          <Button data-color="danger" disabled={!isRead} onClick={() => void begin()}>
            {say('anew.sure')}
          </Button>
        </div>
      </dialog>
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
