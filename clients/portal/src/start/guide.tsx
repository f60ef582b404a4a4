/** While somebody is led through a door and looks at another page: what to see there, as whom, and the way to the next step. */
import { Button } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { me as whoIAm } from '../keys/me.ts';
import { rolesWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { Closing } from './closing.tsx';
import { demoStory } from './demo-story.ts';
import type { DoorName, Step } from './door.ts';
import { DOORS } from './doors.ts';
import { isDone, leaveDoor, useProgress } from './progress.ts';
import { useStep } from './use-step.ts';
import './start.css';

/** As start.css has it. */
const PHONE = '(max-width: 40rem)';
/** Whoever has scrolled this far has read what to see. */
const READ_ON_PX = 160;

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
  const [isOpen, setOpen] = useFolding(here?.id);
  return (
    <aside className="guide" aria-label={say('start.guide')}>
      <div className="inner">
        <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>{say('start.step-of', { door: say(`start.${door}`), step: at + 1, steps: steps.length })}</summary>
          {here !== undefined && (
            <p>
              <NowActing step={here} /> {say(here.see)}
            </p>
          )}
          {next === undefined && <Closing door={door} />}
          <p className="links">
            <Link to="/start/$door" params={{ door }}>
              {say('start.steps')}
            </Link>
            <button type="button" className="plain" onClick={leaveDoor}>
              {say('start.leave')}
            </button>
          </p>
        </details>
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
      </div>
    </aside>
  );
}

/** The step has made the visitor somebody else, which nobody should miss. */
function NowActing({ step: { as } }: { readonly step: Step }) {
  const say = useWords();
  const { data: story } = useSuspenseQuery(demoStory);
  const { data: me } = useQuery(whoIAm);
  return me == null || me.officer !== as?.(story) ? null : <strong>{say('start.now-act', { role: rolesWords(me.roles) })}</strong>;
}

/** Open at each step; on a phone it makes room once somebody reads on, and a tap opens it again. */
function useFolding(step: string | undefined): readonly [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step opens it anew.
  useEffect(() => {
    setOpen(true);
    if (!matchMedia(PHONE).matches) return;
    let top = scrollY;
    const fold = (): void => {
      top = Math.min(top, scrollY);
      if (scrollY - top < READ_ON_PX) return;
      setOpen(false);
      removeEventListener('scroll', fold);
    };
    addEventListener('scroll', fold, { passive: true });
    return () => removeEventListener('scroll', fold);
  }, [step]);
  return [isOpen, setOpen];
}
