/** Entries one under the other: what was done and about what, by which role, when. */
import { Link } from '@tanstack/react-router';
import type { EntryRow } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import { Money, seatWords, When } from './said.tsx';

export function EntryList({ rows }: { readonly rows: readonly EntryRow[] }) {
  const say = useWords();
  if (rows.length === 0) return <p className="note">{say('entries.none')}</p>;
  return (
    <ol className="entries">
      {rows.map(({ index, title, about, purpose, times, money, role, office, time }) => (
        <li key={index}>
          <div>
            <Link to="/entries/$ref" params={{ ref: String(index) }}>
              {title}
            </Link>
            {about !== undefined && (
              <span className="about">{times === undefined ? about : say('entries.more', { about, count: times - 1 })}</span>
            )}
            <span className="sub">
              {purpose !== undefined && `${say('purpose.for')} ${purpose} · `}
              {seatWords(`${role}@${office}`)}
            </span>
          </div>
          <div className="found">
            {money !== undefined && <Money minor={money.amount} currency={money.currency} />}
            <span className="when">
              <When time={time} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
