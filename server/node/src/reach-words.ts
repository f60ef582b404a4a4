/** Actions that could never gather their signers, in words for whoever founds a ledger or amends its charter. */
import type { Unreachable } from '@tabularium/kernel';

const WHOSE: Readonly<Record<Unreachable['of'], string>> = {
  all: '',
  review: ' of a court or review body',
  recovery: ' of an agency outside that helps replace keys',
};

export function reachWords({ permission, needed, able, of }: Unreachable): string {
  const officers = `${needed} officer${needed === 1 ? '' : 's'}${WHOSE[of]}`;
  return `${permission} needs ${officers}, and the charter names ${able === 0 ? 'none' : `only ${able}`} who may sign it`;
}
