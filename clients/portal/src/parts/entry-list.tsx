/** Entries one under the other: what was done, by which role, when. */
import { Link } from '@tanstack/react-router';
import type { EntryRow } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import { codeWords, When } from './said.tsx';

export function EntryList({ rows }: { readonly rows: readonly EntryRow[] }) {
  const say = useWords();
  if (rows.length === 0) return <p className="note">{say('entries.none')}</p>;
  return (
    <ol className="entries">
      {rows.map(({ index, title, role, office, time }) => (
        <li key={index}>
          <div>
            <Link to="/entries/$ref" params={{ ref: String(index) }}>
              {title}
            </Link>
            <span className="sub">{say('entries.by', { role: codeWords(role), office: codeWords(office) })}</span>
          </div>
          <span className="when">
            <When time={time} />
          </span>
        </li>
      ))}
    </ol>
  );
}
