/**
 * What of a proposed body the changes do not tell: the two together hold every value that is signed, each once. What the node says it would
 * change is its word alone, so a value that it tells otherwise is left over and stands on the screen.
 */
import type { CheckVerdict } from '@tabularium/sdk';
import type { Told } from '../data/stories.ts';

type Body = Readonly<Record<string, unknown>>;

/** A code from a list is put in words where it is left over, and may not be where it is told: it stands anyhow. */
const CODE = /^[a-z]+(?:-[a-z]+)*$/;

/** Undefined where everything is told. Digests of texts say nothing to anybody and are left out. */
export function leftOver(body: Body, changes: NonNullable<CheckVerdict['changes']>): Body | undefined {
  const told = new Set<unknown>(changes.map(({ key }) => key));
  for (const { before, after } of changes.flatMap(({ members }) => members))
    for (const one of [before, after] as readonly (Told | undefined)[]) {
      if (one === undefined) continue;
      told.add(one.as === 'money' ? money(String(one.value), one.currency) : one.value);
      if (one.key !== undefined) told.add(one.key).add(one.key.split('/').at(-1));
    }
  return rest(body, told) as Body | undefined;
}

function rest(value: unknown, told: ReadonlySet<unknown>): unknown {
  if (typeof value === 'string' && CODE.test(value)) return value;
  if (typeof value !== 'object' || value === null) return told.has(value) ? undefined : value;
  if (Array.isArray(value)) {
    const kept = value.map((one) => rest(one, told)).filter((one) => one !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  const { amount, currency, ...others } = value as Body;
  if (Object.keys(others).length === 0 && told.has(money(String(amount), String(currency)))) return undefined;
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const left = name === '_sd' ? undefined : rest(member, told);
    return left === undefined ? [] : [[name, left] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function money(minor: string, currency: string | undefined): string {
  return `${minor} ${currency ?? ''}`;
}
