/** Until when, as people say it: in three days, tomorrow, two days ago. */
import { When } from '../parts/said.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `by`: ms UTC. */
export function Due({ by, now = Date.now() }: { readonly by: number; readonly now?: number }) {
  const say = useWords();
  const language = useLanguage();
  const isLate = by < now;
  return (
    <span className={isLate ? 'late' : undefined}>
      {say(isLate ? 'desk.late' : 'desk.due', { when: relative(by - now, language) })} (<When time={by} />)
    </span>
  );
}

export function relative(ms: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const hours = Math.round(ms / HOUR_MS);
  return Math.abs(hours) < 24 ? format.format(hours, 'hour') : format.format(Math.round(ms / DAY_MS), 'day');
}
