/** Of each step of a record's life, what it said that the steps before had not: nobody reads the same three times. */
import type { LifeEvent, Told } from '../data/stories.ts';

/** Events by which a record is no longer what it was said to be. */
const REPLACES = /^(?!kernel\.).*\brecord\.(?:corrected|set)$/;
/** Events that say why, just before. */
const DECIDES = /^kernel\.(?:record\.corrected|order\.executed)$/;

/** What a step says; of a member that a correction or an order changed, what it was before, too. */
export type News = Told & { readonly before?: Told };
export type NewsEvent = Omit<LifeEvent, 'told'> & { readonly told: readonly News[] };

/** Amounts are always told, for the same amount twice is two amounts; but of a record that was replaced, only what is another than before. */
export function newsOf(steps: readonly LifeEvent[]): readonly NewsEvent[] {
  const known = new Map<string, Told>();
  const news: NewsEvent[] = [];
  for (const step of steps) {
    const isReplaced = REPLACES.test(step.type);
    const told = step.told.flatMap((one): readonly News[] => {
      const before = known.get(one.label);
      if (isReplaced) return before === undefined ? (isNothing(one) ? [] : [one]) : before.value === one.value ? [] : [{ ...one, before }];
      return one.as === 'money' || before?.value !== one.value ? [one] : [];
    });
    for (const one of step.told) known.set(one.label, one);
    // The decision to correct and the record that it gave are one act, which is told once.
    const last = news.at(-1);
    if (isReplaced && last !== undefined && last.entry === step.entry && DECIDES.test(last.type))
      news[news.length - 1] = { ...last, told: [...last.told, ...told] };
    else news.push({ ...step, told });
  }
  return news;
}

/** What a record has as long as nothing has happened to it. */
function isNothing({ value }: Told): boolean {
  return value === false || value === '' || Number(value) === 0;
}

/** One member that a correction changed, and when. */
export interface Corrected {
  readonly before: Told;
  readonly after: Told;
  /** ms UTC. */
  readonly time: number;
}

/** What corrections and orders replaced, newest first. */
export function correctedOf(steps: readonly LifeEvent[]): readonly Corrected[] {
  const known = new Map<string, Told>();
  const found: Corrected[] = [];
  for (const { type, told, time } of steps) {
    for (const after of told) {
      const before = known.get(after.label);
      if (REPLACES.test(type) && before !== undefined && before.value !== after.value) found.unshift({ before, after, time });
      known.set(after.label, after);
    }
  }
  return found;
}
