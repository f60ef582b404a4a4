/** Of each step of a record's life, what it said that the steps before had not: nobody reads the same three times. */
import type { LifeEvent, Told } from '../data/stories.ts';

/** Events by which a record is no longer what it was said to be. */
const REPLACES = /\brecord\.(?:corrected|set)$/;

/** Amounts are always told: the same amount twice is two amounts. */
export function newsOf(steps: readonly LifeEvent[]): readonly LifeEvent[] {
  const known = new Map<string, Told['value']>();
  return steps.map((step) => {
    const told = step.told.filter(({ label, as, value }) => as === 'money' || known.get(label) !== value);
    for (const { label, value } of step.told) known.set(label, value);
    return { ...step, told };
  });
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
