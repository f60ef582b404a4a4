/** How numbers and moments are typed by whoever reads this language, at this office. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { office } from '../../data/api.ts';
import { useLanguage } from '../../words/use-words.ts';
import type { Locale } from './body.ts';

const MINUTE_MS = 60_000;

export function useLocale(): Locale {
  const language = useLanguage();
  const { zone } = useSuspenseQuery(office).data;
  const decimal = new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  return { decimal, offset: (time) => offsetOf(zone, time) };
}

/** Minutes that a zone's clocks are ahead of UTC. */
function offsetOf(zone: string, time: number): number {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute);
  return Math.round((wall - Math.floor(time / MINUTE_MS) * MINUTE_MS) / MINUTE_MS);
}
