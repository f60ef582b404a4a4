/** At the end of a door: what was shown, and where to go next. */
import { Link } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';
import { DOOR_NAMES, type DoorName } from './door.ts';
import { DOORS } from './doors.ts';

export function Closing({ door }: { readonly door: DoorName }) {
  const say = useWords();
  return (
    <div className="closing">
      <p>{say(DOORS[door].closing)}</p>
      <OtherDoors than={door} />
    </div>
  );
}

export function OtherDoors({ than }: { readonly than: DoorName }) {
  const say = useWords();
  return (
    <nav className="links" aria-label={say('start.others')}>
      <span>{say('start.others')}</span>
      {DOOR_NAMES.filter((one) => one !== than).map((door) => (
        <Link key={door} to="/start/$door" params={{ door }}>
          {say(`start.${door}`)}
        </Link>
      ))}
    </nav>
  );
}
