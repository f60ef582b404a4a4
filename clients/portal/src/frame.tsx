/** The frame of every page: whose record this is, where to go, in which language and light. */
import { SkipLink } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { office } from './data/api.ts';
import { hasDesk } from './desk/has-desk.ts';
import { LanguageChoice } from './parts/language-choice.tsx';
import { usePageBegins } from './parts/page-begins.ts';
import { SeenLine } from './parts/seen-line.tsx';
import { Waiting } from './parts/waiting.tsx';
import { useWords } from './words/use-words.ts';

const PLACES = [
  ['/', 'nav.home'],
  ['/money', 'nav.money'],
  ['/lists', 'nav.lists'],
  ['/entries', 'nav.records'],
  ['/verify', 'nav.verify'],
  ['/desk', 'nav.desk'],
] as const;

const DemoLine = lazy(async () => ({ default: (await import('./start/demo-frame.tsx')).DemoLine }));
const Guide = lazy(async () => ({ default: (await import('./start/demo-frame.tsx')).Guide }));

/** Only whoever has a desk at this device loads what counts for it. */
const DeskCount = lazy(async () => ({ default: (await import('./desk/inbox-count.tsx')).DeskCount }));

export function Frame() {
  return (
    <Suspense fallback={<Waiting />}>
      <Framed />
    </Suspense>
  );
}

function Framed() {
  const say = useWords();
  const { data } = useSuspenseQuery(office);
  const main = usePageBegins(data.office);
  return (
    <>
      <SkipLink href="#content">{say('nav.skip')}</SkipLink>
      {data.training === true && (
        <aside className="training">
          {say('training.banner')}{' '}
          <Link to="/training" className="training-way">
            {say('training.go')}
          </Link>
        </aside>
      )}
      {data.demo === true && (
        <Suspense fallback={<div className="demo-line" />}>
          <DemoLine />
        </Suspense>
      )}
      <header className="top">
        <div className="inner">
          <Link to="/" className="office">
            {data.office}
            <span>{say('nav.public-record')}</span>
          </Link>
          <nav aria-label={say('nav.main')}>
            {PLACES.map(([to, word]) => (
              <Link key={to} to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }}>
                {say(word)}
                {to === '/desk' && hasDesk() && (
                  <Suspense>
                    <DeskCount />
                  </Suspense>
                )}
              </Link>
            ))}
          </nav>
        </div>
        <SeenLine />
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      {data.demo === true && (
        <Suspense fallback={null}>
          <Guide />
        </Suspense>
      )}
      <footer className="bottom">
        <div className="inner">
          <p>{say('footer.once')}</p>
          <p className="links">
            <a href="/log/checkpoint">{say('footer.stamp')}</a>
            <a href="/log/policy">{say('footer.policy')}</a>
            <Link to="/developers">{say('footer.developers')}</Link>
            <Link to="/operator">{say('footer.operator')}</Link>
            <Link to="/data">{say('data.title')}</Link>
            <Link to="/accessibility">{say('accessible.title')}</Link>
            <LanguageChoice />
          </p>
        </div>
      </footer>
    </>
  );
}
