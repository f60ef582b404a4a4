/** On the demo's home: four ways in, one for each kind of visitor. */
import { Heading } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';
import { DOOR_NAMES } from './door.ts';
import './start.css';

export function StartHere() {
  const say = useWords();
  return (
    <section className="start-here" aria-labelledby="start-here">
      <Heading level={2} data-size="sm" id="start-here">
        {say('start.here')}
      </Heading>
      <ul>
        {DOOR_NAMES.map((door) => (
          <li key={door}>
            <Link to="/start/$door" params={{ door }} className="way">
              {say(`start.${door}`)}
            </Link>
            <p className="is">{say(`start.${door}-is`)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
