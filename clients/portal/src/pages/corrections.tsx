/** What was put right in a record, both versions side by side: nobody has to seek them in its life. */
import type { LifeEvent } from '../data/stories.ts';
import { When } from '../parts/said.tsx';
import { SaidWords } from '../parts/told.tsx';
import { useWords } from '../words/use-words.ts';
import { correctedOf } from './record-news.ts';

export function Corrections({ steps }: { readonly steps: readonly LifeEvent[] }) {
  const say = useWords();
  const corrected = correctedOf(steps);
  if (corrected.length === 0) return null;
  return (
    <table className="corrected">
      <caption>{say('record.corrected')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('record.what')}</th>
          <th scope="col">{say('record.before')}</th>
          <th scope="col">{say('record.since')}</th>
        </tr>
      </thead>
      <tbody>
        {corrected.map(({ before, after, time }) => (
          <tr key={`${time} ${after.label}`}>
            <th scope="row">{after.label}</th>
            <td>
              <del>
                <SaidWords told={before} />
              </del>
            </td>
            <td>
              <ins>
                <SaidWords told={after} />
              </ins>{' '}
              <span className="sub">
                <When time={time} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
