/** Roles end by date: which terms hold now, and what a new one does to those there are. */
import type { RoleTerm } from './records.ts';

export function inForce({ from = 0, until }: RoleTerm, time: number): boolean {
  return from <= time && time < until;
}

/**
 * Terms with a new one among them. It takes over the same role in the same office from its first day; until then an earlier term runs on.
 * Terms that are over are dropped.
 */
export function withTerm(terms: readonly RoleTerm[], added: RoleTerm, time: number): RoleTerm[] {
  const start = Math.max(added.from ?? 0, time);
  const others = terms.flatMap((term) => {
    const same = term.role === added.role && term.office === added.office;
    const until = same ? Math.min(term.until, start) : term.until;
    return until <= Math.max(term.from ?? 0, time) ? [] : [{ ...term, until }];
  });
  return [...others, added];
}
