/**
 * Which agencies, offices and roles a charter no longer has. A section is replaced whole, and a list that is folded from events alone must
 * be told of what went out with it.
 */
import type { Charter } from './charter.ts';

const LISTED = ['agencies', 'offices', 'roles'] as const;
export type Listed = Pick<Charter, (typeof LISTED)[number]>;
export type Dropped = Readonly<Record<(typeof LISTED)[number], readonly string[]>>;

/** Codes in `before` and not in `after`, in the order of `before`. */
export function droppedFrom(before: Listed | undefined, after: Listed): Dropped {
  const dropped = (section: (typeof LISTED)[number]) =>
    Object.keys(before?.[section] ?? {}).filter((code) => !Object.hasOwn(after[section], code));
  return { agencies: dropped('agencies'), offices: dropped('offices'), roles: dropped('roles') };
}
