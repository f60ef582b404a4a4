/** In the frame of every page: whether the record is sealed, and who outside this office has seen it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { seen } from '../data/stories.ts';
import { useLanguage, useWords } from '../words/use-words.ts';
import { When } from './said.tsx';
import './seen-line.css';

export function SeenLine() {
  const say = useWords();
  const language = useLanguage();
  const { data } = useQuery(seen);
  if (data === undefined) return <p className="seen" />;
  const { size, time, witness, agencies } = data;
  const [newest] = witness.witnesses;
  const list = (names: readonly string[]): string => new Intl.ListFormat(language).format(names);
  const behind = size - witness.size;
  return (
    <p className="seen" data-seen={newest !== undefined || agencies.size > 0}>
      <span>
        <Link to="/blocks">{say('seen.sealed', { size })}</Link> <When time={time} />
      </span>
      {newest !== undefined ? (
        <span>
          {say('seen.witnessed', { names: list(witness.witnesses.map(({ name }) => name)), behind })} <When time={newest.time} withClock />
        </span>
      ) : (
        <span>{agencies.size > 0 ? say('seen.agencies', { names: list(agencies.names) }) : say('seen.by-nobody')}</span>
      )}
    </p>
  );
}
