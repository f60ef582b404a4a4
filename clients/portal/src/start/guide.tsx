/** While somebody is led through a door and looks at another page: what to see there, as whom, and the way to the next step. */
import { Button } from '@digdir/designsystemet-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import { me as whoIAm } from '../keys/me.ts';
import { onDeed } from '../parts/deeds.ts';
import { rolesWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { Closing } from './closing.tsx';
import { demoStory } from './demo-story.ts';
import type { DoorName, Step } from './door.ts';
import { DOORS } from './doors.ts';
import { becomeOfficer } from './invented.ts';
import { isDone, leaveDoor, lookAt, markDone, useProgress } from './progress.ts';
import { useStep } from './use-step.ts';
import './start.css';

export function Guide() {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const { door } = useProgress();
  return door === undefined || path === '/' || path.startsWith('/start/') ? null : <Led door={door} path={path} />;
}

function Led({ door, path }: { readonly door: DoorName; readonly path: string }) {
  const say = useWords();
  const progress = useProgress();
  const { hrefOf } = useStep();
  const { steps } = DOORS[door];
  useWayBack(door);
  const at = steps.findIndex(({ id }) => id === progress.at);
  const here = steps[at];
  useDeed(door, here);
  const text = useId();
  const strip = useHeightTold();
  const isToDo = (step: Step): boolean => !isDone(progress, door, step.id);
  const isAllDone = !steps.some((step) => isToDo(step) && !step.isOptional);
  // Back at an earlier step, it is that step's page which is told of.
  const isEnd = isAllDone && at >= steps.findLastIndex(({ isOptional }) => !isOptional);
  const next = steps.find((step, n) => n > at && isToDo(step)) ?? steps.find((step) => step !== here && isToDo(step));
  const [isOpen, setOpen] = useFolding(`${here?.id} ${isEnd}`);
  // Whoever has come to the end and goes elsewhere needs no guide.
  if (isAllDone && !steps.some((step) => pathOf(hrefOf(step)) === path)) return null;
  return (
    <aside ref={strip} className="guide" aria-label={say('start.guide')}>
      <div className="inner" data-open={isOpen}>
        <button type="button" className="plain step" aria-expanded={isOpen} aria-controls={text} onClick={() => setOpen(!isOpen)}>
          {say('start.step-of', { door: say(`start.${door}`), step: at + 1, steps: steps.length })}
        </button>
        <Done door={door} step={here} />
        <div className="ways">
          {here?.isPrinted === true && (
            <Button data-size="sm" variant="secondary" aria-label={say('report.print')} onClick={() => globalThis.print()}>
              <Sized whole={say('report.print')} brief={say('start.print-brief')} />
            </Button>
          )}
          {next !== undefined && (
            <Next {...{ door, next }} isPale={next.isOptional === true || (here?.deed !== undefined && isToDo(here))} />
          )}
        </div>
        <div id={text} className="text" hidden={!isOpen}>
          {isEnd && !here?.isOptional ? <Closing door={door} /> : here !== undefined && <See step={here} />}
          <p className="links">
            <Link to="/start/$door" params={{ door }}>
              {say('start.steps')}
            </Link>
            <button type="button" className="plain" onClick={leaveDoor}>
              {say('start.leave')}
            </button>
          </p>
        </div>
      </div>
    </aside>
  );
}

function Next({ door, next, isPale }: { readonly door: DoorName; readonly next: Step; readonly isPale: boolean }) {
  const say = useWords();
  const { hrefOf, go } = useStep();
  const title = say(next.isOptional ? 'start.if-you-like' : 'start.next', { title: say(next.title) });
  return (
    <Button asChild data-size="sm" variant={isPale ? 'secondary' : 'primary'}>
      <a
        href={hrefOf(next)}
        aria-label={title}
        onClick={(event) => {
          event.preventDefault();
          void go(door, next);
        }}
      >
        <Sized whole={title} brief={say('start.next-brief')} />
      </a>
    </Button>
  );
}

/** A phone has room for one word. */
function Sized({ whole, brief }: { readonly whole: string; readonly brief: string }) {
  return (
    <>
      <span className="whole">{whole}</span>
      <span className="brief">{brief}</span>
    </>
  );
}

/** What there is to see; and that the step has made the visitor somebody else, which nobody should miss. */
function See({ step: { as, see } }: { readonly step: Step }) {
  const say = useWords();
  const { data: story } = useSuspenseQuery(demoStory);
  const { data: me } = useQuery(whoIAm);
  return (
    <p>
      {me != null && me.officer === as?.(story) && <strong>{say('start.now-act', { role: rolesWords(me.roles) })} </strong>}
      {say(see)}
    </p>
  );
}

/** Whether what the step asks for was done; nothing where looking is all. */
function Done({ door, step }: { readonly door: DoorName; readonly step: Step | undefined }) {
  const say = useWords();
  const progress = useProgress();
  return (
    <span role="status" className="is-done">
      {step?.deed !== undefined && say(isDone(progress, door, step.id) ? 'start.done' : `start.not-${step.deed}`)}
    </span>
  );
}

function useDeed(door: DoorName, step: Step | undefined): void {
  useEffect(() => {
    if (step?.deed === undefined) return undefined;
    return onDeed((deed) => {
      if (deed === step.deed) markDone(door, step.id);
    });
  }, [door, step]);
}

/** Back at an earlier step, the visitor is again whom it needs. */
function useWayBack(door: DoorName): void {
  const queries = useQueryClient();
  const { data: story } = useSuspenseQuery(demoStory);
  const page = useLocation({ select: ({ state }) => state.__TSR_key ?? '' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another page is another step.
  useEffect(() => {
    const back = lookAt(page);
    const officer = DOORS[door].steps.find(({ id }) => id === back)?.as?.(story);
    if (officer === undefined) return;
    void becomeOfficer(queries, officer).then(() => queries.invalidateQueries({ queryKey: whoIAm.queryKey }));
  }, [page]);
}

/** How high the strip stands just now, for what must not lie under it. */
function useHeightTold(): RefObject<HTMLElement | null> {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    if (strip.current === null) return undefined;
    const root = document.documentElement.style;
    const watch = new ResizeObserver(([entry]) => root.setProperty('--guide', `${entry?.borderBoxSize[0]?.blockSize ?? 0}px`));
    watch.observe(strip.current);
    return () => {
      watch.disconnect();
      root.removeProperty('--guide');
    };
  }, []);
  return strip;
}

function pathOf(href: string): string {
  return new URL(href, location.origin).pathname;
}

/** Open at each step and at the end; it makes room as soon as somebody reads on with wheel or finger, and a press opens it again. */
function useFolding(step: string): readonly [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step opens it anew.
  useEffect(() => {
    setOpen(true);
    const listening = new AbortController();
    const fold = (): void => {
      setOpen(false);
      listening.abort();
    };
    // A page scrolls by itself to what was just done: that is nobody reading on.
    for (const kind of ['wheel', 'touchmove']) addEventListener(kind, fold, { passive: true, signal: listening.signal });
    return () => listening.abort();
  }, [step]);
  return [isOpen, setOpen];
}
