/** Of each step of a record's life, what it said that the steps before had not: nobody reads the same three times. */
import type { LifeEvent, Told } from '../data/stories.ts';

/** Amounts are always told: the same amount twice is two amounts. */
export function newsOf(steps: readonly LifeEvent[]): readonly LifeEvent[] {
  const known = new Map<string, Told['value']>();
  return steps.map((step) => {
    const told = step.told.filter(({ label, as, value }) => as === 'money' || known.get(label) !== value);
    for (const { label, value } of step.told) known.set(label, value);
    return { ...step, told };
  });
}
