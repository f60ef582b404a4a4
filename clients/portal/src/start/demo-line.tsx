/** On every page of a demo: that it is one, as whom one acts, and how to begin anew. */
import { Link } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';
import { ActAs } from './act-as.tsx';
import { BegunAnew } from './begun-anew.tsx';
import './start.css';

export function DemoLine() {
  const say = useWords();
  return (
    <aside className="demo-line" aria-label={say('start.demo')}>
      <div className="inner">
        <span>{say('start.demo-is')}</span>
        <Link to="/" hash="start-here">
          {say('start.here')}
        </Link>
        <ActAs />
        <BegunAnew />
      </div>
    </aside>
  );
}
