/** In the frame of every page: whether the record is sealed, and who outside this office has seen it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Seen, seen } from '../data/stories.ts';
import { useLanguage, useWords } from '../words/use-words.ts';
import { When } from './said.tsx';
import './seen-line.css';

export function SeenLine() {
  const say = useWords();
  const { data } = useQuery(seen);
  if (data === undefined) return <p className="seen" />;
  const { size, time, witness, agencies } = data;
  return (
    <p className="seen" data-seen={witness.witnesses.length > 0 || agencies.size > 0}>
      <Link to="/blocks">
        {say('seen.sealed', { size })} <When time={time} />
      </Link>
      <span>
        <SeenBy {...data} />
      </span>
    </p>
  );
}

/** How much of it who has seen, and when. */
export function SeenBy({ size, witness, agencies }: Seen) {
  const say = useWords();
  const language = useLanguage();
  const list = (names: readonly string[]): string => new Intl.ListFormat(language).format(names);
  const [newest] = witness.witnesses;
  if (newest === undefined) return agencies.size > 0 ? say('seen.agencies', { names: list(agencies.names) }) : say('seen.by-nobody');
  return (
    <>
      {say('seen.witnessed', { names: list(witness.witnesses.map(({ name }) => name)), behind: size - witness.size })}{' '}
      <When time={newest.time} withClock />
    </>
  );
}
