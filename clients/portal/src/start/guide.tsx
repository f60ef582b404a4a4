/** While somebody is led through a door and looks at another page: what to see there, and the way to the next step. */
import { Button } from '@digdir/designsystemet-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';
import type { DoorName } from './door.ts';
import { DOORS } from './doors.ts';
import { isDone, leaveDoor, useProgress } from './progress.ts';
import { useStep } from './use-step.ts';
import './start.css';

export function Guide() {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const { door } = useProgress();
  return door === undefined || path === '/' || path.startsWith('/start/') ? null : <Led door={door} />;
}

function Led({ door }: { readonly door: DoorName }) {
  const say = useWords();
  const progress = useProgress();
  const { hrefOf, go } = useStep();
  const { steps } = DOORS[door];
  const at = steps.findIndex(({ id }) => id === progress.at);
  const here = steps[at];
  const next = steps.find((step, n) => n > at && !isDone(progress, door, step.id)) ?? steps.find(({ id }) => !isDone(progress, door, id));
  return (
    <aside className="guide" aria-label={say('start.guide')}>
      <div className="inner">
        <p>
          <strong>{say('start.step-of', { door: say(`start.${door}`), step: at + 1, steps: steps.length })}</strong>{' '}
          {here !== undefined && say(here.see)}
        </p>
        <p className="links">
          <Link to="/start/$door" params={{ door }}>
            {say('start.steps')}
          </Link>
          <button type="button" className="plain" onClick={leaveDoor}>
            {say('start.leave')}
          </button>
          {next !== undefined && (
            <Button asChild data-size="sm">
              <a
                href={hrefOf(next)}
                onClick={(event) => {
                  event.preventDefault();
                  void go(door, next);
                }}
              >
                {say('start.next', { title: say(next.title) })}
              </a>
            </Button>
          )}
        </p>
      </div>
    </aside>
  );
}
